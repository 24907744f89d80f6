package dev.dovetail.graph;

import dev.dovetail.core.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Operators that treat every element alike, with broadcasting. */
public sealed interface Elementwise extends Op {

  /** One operand, the same type out. */
  enum Function {
    /** {@code -x}. */
    NEG("Neg"),
    /** The absolute value. */
    ABS("Abs"),
    /** {@code e} to the power of {@code x}. */
    EXP("Exp"),
    /** The natural logarithm. */
    LOG("Log"),
    /** The square root. */
    SQRT("Sqrt"),
    /** {@code 1 / x}. */
    RECIPROCAL("Reciprocal"),
    /** The largest whole number that is not above {@code x}. */
    FLOOR("Floor"),
    /** The smallest whole number that is not below {@code x}. */
    CEIL("Ceil"),
    /** The sine, of radians. */
    SIN("Sin"),
    /** The cosine, of radians. */
    COS("Cos"),
    /** {@code max(x, 0)}. */
    RELU("Relu"),
    /** {@code 1 / (1 + e^-x)}. */
    SIGMOID("Sigmoid"),
    /** The hyperbolic tangent. */
    TANH("Tanh"),
    /** The exact form, {@code x/2 (1 + erf(x/√2))}. */
    GELU("Gelu"),
    /** The opposite truth value. */
    NOT("Not"),
    /** The operand as it is. */
    IDENTITY("Identity");

    private final String onnx;

    Function(String onnx) {
      this.onnx = onnx;
    }
  }

  /** Two operands of one element type. */
  enum Operator {
    /** {@code a + b}. */
    ADD("Add", false),
    /** {@code a - b}. */
    SUB("Sub", false),
    /** {@code a * b}. */
    MUL("Mul", false),
    /** {@code a / b}, of integers towards zero. */
    DIV("Div", false),
    /** {@code a} to the power of {@code b}. */
    POW("Pow", false),
    /** The remainder, which has the sign of {@code b}. */
    MOD("Mod", false),
    /** The smaller one. */
    MIN("Min", false),
    /** The larger one. */
    MAX("Max", false),
    /** Whether both are true. */
    AND("And", true),
    /** Whether one is true. */
    OR("Or", true),
    /** Whether both are equal. */
    EQUAL("Equal", true),
    /** Whether {@code a < b}. */
    LESS("Less", true),
    /** Whether {@code a <= b}. */
    LESS_OR_EQUAL("LessOrEqual", true),
    /** Whether {@code a > b}. */
    GREATER("Greater", true),
    /** Whether {@code a >= b}. */
    GREATER_OR_EQUAL("GreaterOrEqual", true);

    private final String onnx;
    private final boolean truth;

    Operator(String onnx, boolean truth) {
      this.onnx = onnx;
      this.truth = truth;
    }
  }

  /**
   * A function of one operand.
   *
   * @param function which
   */
  record Unary(Function function) implements Elementwise {
    @Override
    public String onnxName() {
      return function.onnx;
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Op.require(function != Function.NOT || in.get(0).dtype() == DType.BOOL, "needs truth values");
      return List.of(in.get(0));
    }
  }

  /**
   * An operation on two operands, which are broadcast to one shape.
   *
   * @param operator which
   */
  record Binary(Operator operator) implements Elementwise {
    @Override
    public String onnxName() {
      return operator.onnx;
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      TensorType a = in.get(0);
      TensorType b = in.get(1);
      Op.require(a.dtype() == b.dtype(), "element types differ");
      boolean joins = operator == Operator.AND || operator == Operator.OR;
      Op.require(!joins || a.dtype() == DType.BOOL, "needs truth values");
      return List.of(
          new TensorType(operator.truth ? DType.BOOL : a.dtype(), a.shape().broadcast(b.shape())));
    }
  }

  /** The sum of operands of one type, in one pass over them. */
  record Sum() implements Elementwise {
    @Override
    public String onnxName() {
      return "Sum";
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Op.require(in.stream().allMatch(in.get(0)::equals), "the operands' types differ");
      return List.of(in.get(0));
    }
  }

  /** {@code condition ? a : b}, element by element. */
  record Where() implements Elementwise {
    @Override
    public String onnxName() {
      return "Where";
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Op.require(in.get(0).dtype() == DType.BOOL, "the condition is not boolean");
      Op.require(in.get(1).dtype() == in.get(2).dtype(), "element types differ");
      Shape shape = in.get(0).shape().broadcast(in.get(1).shape()).broadcast(in.get(2).shape());
      return List.of(new TensorType(in.get(1).dtype(), shape));
    }
  }

  /**
   * The values in another element type.
   *
   * @param to the type of the result
   */
  record Cast(DType to) implements Elementwise {
    @Override
    public String onnxName() {
      return "Cast";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of("to", to);
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      return List.of(new TensorType(to, in.get(0).shape()));
    }
  }

  /** Limits float values to [low, high]. */
  record Clip(float low, float high) implements Elementwise {
    @Override
    public String onnxName() {
      return "Clip";
    }

    @Override
    public List<TensorData> trailing() {
      return Arrays.asList(TensorData.scalar(low), TensorData.scalar(high));
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Op.require(in.get(0).dtype().isFloat(), "clips floating-point values only");
      return List.of(in.get(0));
    }
  }

  /** What training drops together. */
  enum Unit {
    /** Single elements (Srivastava et al. 2014). */
    ELEMENT,
    /** All positions of a channel of a sample, of [batch, channels, ...] (Tompson et al. 2015). */
    CHANNEL,
    /** A whole sample of a residual branch: stochastic depth (Huang et al. 2016). */
    SAMPLE
  }

  /**
   * Where training drops values at random and divides those that it keeps by the share kept; the
   * identity at inference, and left out when a graph is written for it.
   *
   * @param rate the share dropped in training
   * @param unit what is dropped together
   */
  record Dropout(double rate, Unit unit) implements Elementwise {
    @Override
    public String onnxName() {
      return "Identity";
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      return List.of(in.get(0));
    }
  }
}
