package dev.dovetail.heads.queries;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.FeedForward;
import dev.dovetail.graph.nn.MultiHeadAttention;
import dev.dovetail.graph.nn.Norms;
import java.util.Optional;

/**
 * An encoder layer of DETR (Carion et al. 2020): cells attend to each other, then each is changed
 * for itself. Positions are added to queries and keys; norms come last.
 *
 * @param self attention among cells, {@code self_attn}
 * @param feedForward {@code fc1} and {@code fc2}
 * @param epsilon of the norms
 */
public record EncoderLayer(MultiHeadAttention self, FeedForward feedForward, double epsilon) {

  /**
   * Applies the layer.
   *
   * @param s where its parameters are
   * @param x [batch, cells, width]
   * @param position [batch or 1, cells, width]
   * @param bias added to the scaled products: [batch or 1, heads or 1, cells or 1, cells]
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
