package dev.dovetail.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Operators that treat every element alike, with broadcasting. */
public sealed interface Elementwise extends Op {

  /** One operand, the same type out. */
  enum Function {
    NEG("Neg"),
    ABS("Abs"),
    EXP("Exp"),
    LOG("Log"),
    SQRT("Sqrt"),
    RECIPROCAL("Reciprocal"),
    FLOOR("Floor"),
    CEIL("Ceil"),
    SIN("Sin"),
    COS("Cos"),
    RELU("Relu"),
    SIGMOID("Sigmoid"),
    TANH("Tanh"),
    /** The exact form, {@code x/2 (1 + erf(x/√2))}. */
    GELU("Gelu"),
    NOT("Not"),
    IDENTITY("Identity");

    private final String onnx;

    Function(String onnx) {
      this.onnx = onnx;
    }
  }

  /** Two operands of one element type. */
  enum Operator {
    ADD("Add", false),
    SUB("Sub", false),
    MUL("Mul", false),
    DIV("Div", false),
    POW("Pow", false),
    MOD("Mod", false),
    MIN("Min", false),
    MAX("Max", false),
    AND("And", true),
    OR("Or", true),
    EQUAL("Equal", true),
    LESS("Less", true),
    LESS_OR_EQUAL("LessOrEqual", true),
    GREATER("Greater", true),
    GREATER_OR_EQUAL("GreaterOrEqual", true);

    private final String onnx;
    private final boolean truth;

    Operator(String onnx, boolean truth) {
      this.onnx = onnx;
      this.truth = truth;
    }
  }

  record Unary(Function function) implements Elementwise {
    @Override
    public String onnxName() {
      return function.onnx;
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      return List.of(in.get(0));
    }
  }

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
      return List.of(
          new TensorType(operator.truth ? DType.BOOL : a.dtype(), a.shape().broadcast(b.shape())));
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

  record Cast(DType to) implements Elementwise {
    @Override
    public String onnxName() {
      return "Cast";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of("to", (long) to.onnxCode());
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

  /**
   * Where training drops values at random; the identity at inference, and left out when a graph is
   * written for it.
   *
   * @param rate the share dropped in training
   * @param wholeSample true for stochastic depth, which drops a residual branch of a sample
   */
  record Dropout(float rate, boolean wholeSample) implements Elementwise {
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
