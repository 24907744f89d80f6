package dev.dovetail.heads.queries;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.FeedForward;
import dev.dovetail.graph.nn.MultiHeadAttention;
import dev.dovetail.graph.nn.Norms;
import java.util.Optional;

/**
 * An encoder layer of DETR (Carion et al. 2020): self-attention among cells and a feed-forward
 * network. Positions are added to queries and keys; norms follow each of them.
 *
 * @param self the attention among cells, {@code self_attn}
 * @param feedForward the linear layers {@code fc1} and {@code fc2}
 * @param epsilon epsilon of the norms
 */
public record EncoderLayer(MultiHeadAttention self, FeedForward feedForward, double epsilon) {

  /**
   * Applies the layer.
   *
   * @param s the scope of its parameters
   * @param x [batch, cells, width]
   * @param position [batch or 1, cells, width]
   * @param bias bias of the scaled products: [batch or 1, heads or 1, cells or 1, cells]
   * @return [batch, cells, width]
   */
  public Tensor apply(Scope s, Tensor x, Tensor position, Optional<Tensor> bias) {
    Tensor placed = x.plus(position);
    Tensor y = x.plus(self.apply(s.at("self_attn"), placed, placed, x, bias));
    y = Norms.layerNorm(s.at("self_attn_layer_norm"), y, epsilon);
    y = y.plus(feedForward.apply(s, y));
    return Norms.layerNorm(s.at("final_layer_norm"), y, epsilon);
  }
}
