package dev.dovetail.train.engine;

import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * Computes one node of a graph with libtorch. It runs in a {@link
 * org.bytedeco.javacpp.PointerScope}, which closes all tensors except the results.
 */
@FunctionalInterface
interface Kernel {

  /**
   * Computes the node.
   *
   * @param in the operands
   * @param pass the mode of this run
   * @return the results, each as a new handle, even if it is an unchanged operand
   */
  Tensor[] run(Tensor[] in, Pass pass);

  /** A kernel with one operand and one result. */
  static Kernel unary(UnaryOperator<Tensor> function) {
    return (in, pass) -> new Tensor[] {function.apply(in[0])};
  }

  /** A kernel with two operands and one result. */
  static Kernel binary(BinaryOperator<Tensor> function) {
    return (in, pass) -> new Tensor[] {function.apply(in[0], in[1])};
  }

  /** Computes a result from the operands only. */
  @FunctionalInterface
  interface Function {
    Tensor apply(Tensor[] in);
  }

  /** A kernel with any number of operands and one result. */
  static Kernel of(Function function) {
    return (in, pass) -> new Tensor[] {function.apply(in)};
  }
}
