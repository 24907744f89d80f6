package dev.dovetail.train.engine;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Elementwise;
import dev.dovetail.graph.Node;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The kernels of {@link Elementwise} in libtorch. */
final class ElementwiseKernels {

  private ElementwiseKernels() {}

  static Kernel of(Elementwise op, Node node, FloatType type) {
    if (op instanceof Elementwise.Unary unary) {
      return unary(unary.function());
    }
    if (op instanceof Elementwise.Binary binary) {
      return binary(binary.operator(), node.inputs().get(0).dtype());
    }
    if (op instanceof Elementwise.Sum) {
      return Kernel.of(in -> Arrays.stream(in).reduce(torch::add).orElseThrow());
    }
    if (op instanceof Elementwise.Where) {
      return Kernel.of(in -> torch.where(in[0], in[1], in[2]));
    }
    if (op instanceof Elementwise.Cast cast) {
      ScalarType to = type.scalar(cast.to());
      return Kernel.unary(x -> x.to(to));
    }
    if (op instanceof Elementwise.Clip clip) {
      return Kernel.unary(x -> torch.clamp(x, limit(clip.low()), limit(clip.high())));
    }
    if (op instanceof Elementwise.Dropout dropout) {
      return (in, pass) ->
          new Tensor[] {
            pass.training() ? dropped(in[0], dropout, node, pass) : Tensors.again(in[0])
          };
    }
    throw Kernels.unknown(op);
  }

  private static ScalarOptional limit(double value) {
    return new ScalarOptional(new Scalar(value));
  }

  private static Kernel unary(Elementwise.Function function) {
    return Kernel.unary(
        switch (function) {
          case NEG -> torch::neg;
          case ABS -> torch::abs;
          case EXP -> torch::exp;
          case LOG -> torch::log;
          case SQRT -> torch::sqrt;
          case RECIPROCAL -> torch::reciprocal;
          case FLOOR -> torch::floor;
          case CEIL -> torch::ceil;
          case SIN -> torch::sin;
          case COS -> torch::cos;
          case RELU -> torch::relu;
          case SIGMOID -> torch::sigmoid;
          case TANH -> torch::tanh;
          case GELU -> torch::gelu;
          case NOT -> torch::logical_not;
          case IDENTITY -> Tensors::again;
        });
  }

  private static Kernel binary(Elementwise.Operator operator, DType type) {
    return Kernel.binary(
        switch (operator) {
          case ADD -> torch::add;
          case SUB -> torch::sub;
          case MUL -> torch::mul;
          case DIV -> type.isFloat() ? torch::div : ElementwiseKernels::truncated;
          case POW -> torch::pow;
          case MOD -> torch::remainder;
          case MIN -> torch::minimum;
          case MAX -> torch::maximum;
          case AND -> torch::logical_and;
          case OR -> torch::logical_or;
          case EQUAL -> torch::eq;
          case LESS -> torch::lt;
          case LESS_OR_EQUAL -> torch::le;
          case GREATER -> torch::gt;
          case GREATER_OR_EQUAL -> torch::ge;
        });
  }

  /** Divides integers and rounds towards zero. The string view does not own the string. */
  private static Tensor truncated(Tensor a, Tensor b) {
    try (BytePointer word = new BytePointer("trunc")) {
      return torch.div(a, b, new StringViewOptional(word));
    }
  }

  private static Tensor dropped(Tensor x, Elementwise.Dropout op, Node node, Pass pass) {
    long[] dims = x.shape();
    int kept =
        switch (op.unit()) {
          case ELEMENT -> dims.length;
          case CHANNEL -> 2;
          case SAMPLE -> 1;
        };
    for (int i = kept; i < dims.length; i++) {
      dims[i] = 1;
    }
    Tensor mask = pass.masks().mask(node, op.rate(), Tensors.type(x), dims);
    return x.mul(mask.reshape(dims));
  }
}
