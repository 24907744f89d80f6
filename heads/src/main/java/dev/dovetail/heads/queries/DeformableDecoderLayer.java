package dev.dovetail.heads.queries;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.FeedForward;
import dev.dovetail.graph.nn.MultiHeadAttention;
import dev.dovetail.graph.nn.MultiScaleDeformableAttention;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.graph.nn.ReferencePoints;
import dev.dovetail.graph.nn.TokenPyramid;
import java.util.Optional;

/**
 * A decoder layer of Deformable DETR (Zhu et al. 2021): self-attention among queries, deformable
 * attention to the maps around the reference points, and a feed-forward network.
 *
 * @param self the attention among queries, {@code self_attn}
 * @param cross the attention to the maps, {@code encoder_attn}
 * @param feedForward the linear layers {@code fc1} and {@code fc2}
 * @param epsilon epsilon of the norms
 */
public record DeformableDecoderLayer(
    MultiHeadAttention self,
    MultiScaleDeformableAttention cross,
    FeedForward feedForward,
    double epsilon)
    implements DeformableDecoder.Layer {

  /**
   * The maps that queries attend to.
   *
   * @param tokens [batch, cells, width]
   * @param inside [batch, cells, 1]: 1 on the images, 0 on padding; empty if images have no padding
   */
  public record Memory(TokenPyramid tokens, Optional<Tensor> inside) {}

  @Override
  public Tensor apply(
      Scope s, Tensor x, Tensor position, ReferencePoints references, Memory memory) {
    Tensor placed = x.plus(position);
    Tensor y = x.plus(self.apply(s.at("self_attn"), placed, placed, x));
    y = Norms.layerNorm(s.at("self_attn_layer_norm"), y, epsilon);
    Scope attention = s.at("encoder_attn");
    Tensor query = y.plus(position);
    y = y.plus(cross.apply(attention, query, references, memory.tokens(), memory.inside()));
    y = Norms.layerNorm(s.at("encoder_attn_layer_norm"), y, epsilon);
    y = y.plus(feedForward.apply(s, y));
    return Norms.layerNorm(s.at("final_layer_norm"), y, epsilon);
  }
}
