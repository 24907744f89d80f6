package dev.dovetail.heads.queries;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.FeedForward;
import dev.dovetail.graph.nn.MultiHeadAttention;
import dev.dovetail.graph.nn.Norms;

/**
 * A decoder layer of DETR (Carion et al. 2020): self-attention among queries, cross-attention to
 * the cells, and a feed-forward network. Norms follow each of them.
 *
 * @param attention the attention layers {@code self_attn} and {@code encoder_attn}
 * @param feedForward the linear layers {@code fc1} and {@code fc2}
 */
public record DenseDecoderLayer(MultiHeadAttention attention, FeedForward feedForward) {

  /**
   * Applies the layer.
   *
   * @param s the scope of its parameters
   * @param x [batch, queries, width]
   * @param place position embedding that is added to queries in the attention: [batch or 1,
   *     queries, width]
   * @param memory the cells that queries attend to
   * @return [batch, queries, width]
   */
  public Tensor apply(Scope s, Tensor x, Tensor place, CellMemory memory) {
    Tensor placed = x.plus(place);
    Tensor y = x.plus(attention.apply(s.at("self_attn"), placed, placed, x));
    y = norm(s.at("self_attn_layer_norm"), y);
    Tensor keys = memory.tokens().plus(memory.position());
    Tensor seen =
        attention.apply(s.at("encoder_attn"), y.plus(place), keys, memory.tokens(), memory.bias());
    y = norm(s.at("encoder_attn_layer_norm"), y.plus(seen));
    return norm(s.at("final_layer_norm"), y.plus(feedForward.apply(s, y)));
  }

  private static Tensor norm(Scope s, Tensor x) {
    return Norms.layerNorm(s, x, DenseTransformer.EPSILON);
  }
}
