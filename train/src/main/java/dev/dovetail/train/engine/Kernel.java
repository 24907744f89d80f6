package dev.dovetail.train.engine;

import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * What libtorch does for one node of a graph. It runs in a {@link
 * org.bytedeco.javacpp.PointerScope}, which closes all that it makes beside its results.
 */
@FunctionalInterface
interface Kernel {

  /**
   * Computes the node.
   *
   * @param in the operands
   * @param pass what is particular about this run
   * @return the results, each a handle of its own, even where it is an operand as it is
   */
  Tensor[] run(Tensor[] in, Pass pass);

  /** A kernel of one operand and one result. */
  static Kernel unary(UnaryOperator<Tensor> function) {
    return (in, pass) -> new Tensor[] {function.apply(in[0])};
  }

  /** A kernel of two operands and one result. */
  static Kernel binary(BinaryOperator<Tensor> function) {
    return (in, pass) -> new Tensor[] {function.apply(in[0], in[1])};
  }

  /** What a kernel does with operands alone. */
  @FunctionalInterface
  interface Function {
    Tensor apply(Tensor[] in);
  }

  /** A kernel of any operands and one result. */
  static Kernel of(Function function) {
    return (in, pass) -> new Tensor[] {function.apply(in)};
  }
}
