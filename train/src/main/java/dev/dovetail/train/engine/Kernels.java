package dev.dovetail.train.engine;

import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Elementwise;
import dev.dovetail.graph.Indexing;
import dev.dovetail.graph.Movement;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Normalization;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Product;
import dev.dovetail.graph.Reduction;
import dev.dovetail.graph.Sampling;
import dev.dovetail.graph.Selection;
import dev.dovetail.graph.Source;

/** Selects the kernel of every operator; each family of operators has its own class. */
final class Kernels {

  private Kernels() {}

  /**
   * Returns the kernel of a node.
   *
   * @throws IllegalArgumentException if the node is a {@link Source}, which has no kernel
   */
  static Kernel of(Node node, FloatType type) {
    Op op = node.op();
    if (op instanceof Elementwise elementwise) {
      return ElementwiseKernels.of(elementwise, node, type);
    }
    if (op instanceof Movement movement) {
      return MovementKernels.of(movement, node);
    }
    if (op instanceof Product product) {
      return ProductKernels.of(product);
    }
    if (op instanceof Convolution convolution) {
      return ConvolutionKernels.of(convolution);
    }
    if (op instanceof Normalization normalization) {
      return NormalizationKernels.of(normalization, node);
    }
    if (op instanceof Indexing indexing) {
      return IndexingKernels.of(indexing);
    }
    if (op instanceof Reduction reduction) {
      return ReductionKernels.of(reduction, node, type);
    }
    if (op instanceof Sampling sampling) {
      return SamplingKernels.of(sampling);
    }
    if (op instanceof Selection selection) {
      return SelectionKernels.of(selection);
    }
    throw unknown(op);
  }

  static IllegalArgumentException unknown(Op op) {
    return new IllegalArgumentException("training has no kernel for " + op);
  }
}
