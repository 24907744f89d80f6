package dev.dovetail.heads.dfine;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.ReferencePoints;
import dev.dovetail.heads.queries.Coordinates;
import dev.dovetail.heads.queries.DeformableDecoder;
import dev.dovetail.heads.queries.PredictionMlp;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Fine-grained distribution refinement (Peng et al. 2024, section 4.1): the first layer refines the
 * selected boxes, and every layer adds to the logits of the distributions around the result.
 */
final class Refinement implements DeformableDecoder.Refinement {

  private final Scope s;
  private final DFine head;
  private @Nullable Tensor position;
  private @Nullable Tensor initial;
  private @Nullable Tensor edges;
  private @Nullable Tensor before;

  /**
   * @param s the decoder's scope
   */
  Refinement(Scope s, DFine head) {
    this.s = s;
    this.head = head;
  }

  @Override
  public Tensor position(Tensor references) {
    Tensor known = position;
    if (known != null && head.style().fixedPositions()) {
      return known;
    }
    PredictionMlp mlp =
        head.style().kind().position(head.width(), head.base().decoder().activation());
    Tensor made = mlp.apply(s.at("query_pos_head"), references).clip(-10, 10);
    position = made;
    return made;
  }

  @Override
  public ReferencePoints around(Tensor references) {
    return new ReferencePoints.Boxes(references.unsqueeze(2));
  }

  @Override
  public Tensor refined(int layer, Tensor x, Tensor references) {
    if (layer == 0) {
      Tensor moves = head.style().boxPredictor(head.width()).apply(s.at("pre_bbox_head"), x);
      initial = s.float32(() -> moves.plus(Coordinates.inverseSigmoid(references)).sigmoid());
    }
    int number = head.style().shareEdges() ? 0 : layer;
    PredictionMlp predictor = head.style().predictor(head.width(), head.distribution().outputs());
    Tensor more =
        predictor.apply(s.at("bbox_embed").at(number), before == null ? x : x.plus(before));
    edges = edges == null ? more : more.plus(edges);
    before = x;
    return head.distribution().boxes(s, initial(), edges());
  }

  /** {@return the reference boxes of all layers [batch, n, 4]} */
  Tensor initial() {
    return Objects.requireNonNull(initial);
  }

  /** {@return the logits of the last layer's distributions [batch, n, 4 (bins + 1)]} */
  Tensor edges() {
    return Objects.requireNonNull(edges);
  }
}
