package dev.dovetail.backbones.swin;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/** Attention inside windows that knows the relative positions of a window's places. */
interface WindowAttention {

  /** Tokens [batch, cells, width] to tokens of the same shape. */
  Tensor apply(Scope s, Tensor x, WindowPartition cut);
}
