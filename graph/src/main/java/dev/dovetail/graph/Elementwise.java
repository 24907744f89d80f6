package dev.dovetail.graph;

import dev.dovetail.core.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Elementwise operators, with broadcasting. */
public sealed interface Elementwise extends Op {

  /** A function of one operand; the result has the operand's type. */
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
    /** The largest integer that is not greater than {@code x}. */
    FLOOR("Floor"),
    /** The smallest integer that is not less than {@code x}. */
    CEIL("Ceil"),
    /** The sine; {@code x} is in radians. */
    SIN("Sin"),
    /** The cosine; {@code x} is in radians. */
    COS("Cos"),
    /** {@code max(x, 0)}. */
    RELU("Relu"),
    /** {@code 1 / (1 + e^-x)}. */
    SIGMOID("Sigmoid"),
    /** The hyperbolic tangent. */
    TANH("Tanh"),
    /** The exact GELU, {@code x/2 (1 + erf(x/√2))}. */
    GELU("Gelu"),
    /** The logical negation. */
    NOT("Not"),
    /** The unchanged operand. */
    IDENTITY("Identity");

    private final String onnx;

    Function(String onnx) {
      this.onnx = onnx;
    }
  }

  /** A function of two operands with the same element type. */
  enum Operator {
    /** {@code a + b}. */
    ADD("Add", false),
    /** {@code a - b}. */
    SUB("Sub", false),
    /** {@code a * b}. */
    MUL("Mul", false),
    /** {@code a / b}; integer division rounds toward zero. */
    DIV("Div", false),
    /** {@code a} to the power of {@code b}. */
    POW("Pow", false),
    /** The remainder, with the sign of {@code b}. */
    MOD("Mod", false),
    /** The minimum. */
    MIN("Min", false),
    /** The maximum. */
    MAX("Max", false),
    /** The logical and. */
    AND("And", true),
    /** The logical or. */
    OR("Or", true),
    /** {@code a == b}. */
    EQUAL("Equal", true),
    /** {@code a < b}. */
    LESS("Less", true),
    /** {@code a <= b}. */
    LESS_OR_EQUAL("LessOrEqual", true),
    /** {@code a > b}. */
    GREATER("Greater", true),
    /** {@code a >= b}. */
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
   * @param function the function
   */
  record Unary(Function function) implements Elementwise {
    @Override
    public String onnxName() {
      return function.onnx;
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Op.require(function != Function.NOT || in.get(0).dtype() == DType.BOOL, "needs booleans");
      return List.of(in.get(0));
    }
  }

  /**
   * A function of two operands, which are broadcast to one shape.
   *
   * @param operator the function
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
      Op.require(!joins || a.dtype() == DType.BOOL, "needs booleans");
      return List.of(
          new TensorType(operator.truth ? DType.BOOL : a.dtype(), a.shape().broadcast(b.shape())));
    }
  }

  /** The sum of operands of the same type, in one pass. */
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

  /** {@code condition ? a : b}, elementwise. */
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
   * Converts values to another element type.
   *
   * @param to the element type of the result
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

  /** Clamps float values to [low, high]. */
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
      Op.require(in.get(0).dtype().isFloat(), "clips only floating-point values");
      return List.of(in.get(0));
    }
  }

  /** The unit that dropout drops. */
  enum Unit {
    /** Individual elements (Srivastava et al. 2014). */
    ELEMENT,
    /** All positions of a channel of a sample, for [batch, channels, ...] (Tompson et al. 2015). */
    CHANNEL,
    /** The residual branch of a whole sample: stochastic depth (Huang et al. 2016). */
    SAMPLE
  }

  /**
   * Dropout: in training, drops values at random and divides the remaining values by the keep
   * probability. At inference it is the identity, and it is omitted when a graph is exported.
   *
   * @param rate the drop probability
   * @param unit the unit that is dropped
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
