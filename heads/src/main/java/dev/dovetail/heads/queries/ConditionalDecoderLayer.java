package dev.dovetail.heads.queries;

import static dev.dovetail.graph.nn.Linear.linear;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Attention;
import dev.dovetail.graph.nn.FeedForward;
import dev.dovetail.graph.nn.Norms;

/**
 * A decoder layer of Conditional DETR (Meng et al. 2021), which DAB-DETR also uses. Content and
 * position are projected separately. In the cross-attention they are concatenated in each head, so
 * content is compared with content and position with position.
 *
 * @param heads attention heads, a divisor of the width
 * @param feedForward the linear layers {@code fc1} and {@code fc2}
 * @param epsilon epsilon of the norms
 */
public record ConditionalDecoderLayer(int heads, FeedForward feedForward, double epsilon) {

  private static final Init XAVIER = new Init.XavierUniform();

  /**
   * The positions of the queries.
   *
   * @param embedding the position embedding [batch or 1, n, width]
   * @param sine the sine embedding for the cross-attention [batch or 1, n, width]
   * @param added whether the cross-attention adds the embedding to the content of queries, and the
   *     position of cells to the content of cells
   */
  public record Place(Tensor embedding, Tensor sine, boolean added) {}

  /**
   * Applies the layer.
   *
   * @param s the scope of its parameters
   * @param x the queries [batch, n, width]
   * @param place their positions
   * @param memory the cells
   * @return [batch, n, width]
   */
  public Tensor apply(Scope s, Tensor x, Place place, CellMemory memory) {
    Tensor y = x.plus(selfAttention(s, x, place));
    y = Norms.layerNorm(s.at("self_attn_layer_norm"), y, epsilon);
    y = y.plus(crossAttention(s, y, place, memory));
    y = Norms.layerNorm(s.at("encoder_attn_layer_norm"), y, epsilon);
    y = y.plus(feedForward.apply(s, y));
    return Norms.layerNorm(s.at("final_layer_norm"), y, epsilon);
  }

  private Tensor selfAttention(Scope s, Tensor x, Place place) {
    Tensor position = place.embedding();
    Tensor query = project(s, "sa_qcontent_proj", x).plus(project(s, "sa_qpos_proj", position));
    Tensor key = project(s, "sa_kcontent_proj", x).plus(project(s, "sa_kpos_proj", position));
    Tensor value = project(s, "sa_v_proj", x);
    return project(s, "self_attn.out_proj", Attention.multiHead(query, key, value, heads));
  }

  private Tensor crossAttention(Scope s, Tensor x, Place place, CellMemory memory) {
    Tensor query = project(s, "ca_qcontent_proj", x);
    Tensor key = project(s, "ca_kcontent_proj", memory.tokens());
    Tensor value = project(s, "ca_v_proj", memory.tokens());
    Tensor keyPosition = project(s, "ca_kpos_proj", memory.position());
    if (place.added()) {
      query = query.plus(project(s, "ca_qpos_proj", place.embedding()));
      key = key.plus(keyPosition);
    }
    Tensor q = sideBySide(query, project(s, "ca_qpos_sine_proj", place.sine()));
    Tensor k = sideBySide(key, keyPosition);
    Tensor mixed =
        memory
            .bias()
            .map(bias -> Attention.multiHead(q, k, value, bias, heads))
            .orElseGet(() -> Attention.multiHead(q, k, value, heads));
    return project(s, "encoder_attn.out_proj", mixed);
  }

  private static Tensor project(Scope s, String name, Tensor x) {
    return linear(s.at(name), x, x.dim(2), XAVIER, Init.zeros());
  }

  /** Concatenates two tensors [batch, n, width] in each head: [batch, n, 2 width]. */
  private Tensor sideBySide(Tensor content, Tensor position) {
    return Tensor.concat(3, split(content), split(position.expand(content.shape().dims())))
        .flatten(2, 3);
  }

  private Tensor split(Tensor x) {
    return x.reshape(x.dim(0), x.dim(1), heads, x.dim(2) / heads);
  }
}
