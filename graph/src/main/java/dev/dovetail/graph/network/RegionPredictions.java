package dev.dovetail.graph.network;

import dev.dovetail.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The predictions of a two-stage detector in training: for all anchors, and for regions that a
 * training step samples from the proposals and passes back to the graph as inputs.
 *
 * @param anchors the anchors of all levels, and their predictions
 * @param proposals float32 [n, 4]: x1 y1 x2 y2 in pixels of the network's input, image by image,
 *     best first
 * @param proposalImages int64 [n]: the index of the proposal's image in the batch
 * @param classLogits [regions, classes + 1], background last
 * @param boxDeltas [regions, 4 * classes], or [regions, 4] if the delta is shared by all classes
 * @param maskLogits [mask regions, classes, side, side]
 */
public record RegionPredictions(
    Anchors anchors,
    Tensor proposals,
    Tensor proposalImages,
    Tensor classLogits,
    Tensor boxDeltas,
    Tensor maskLogits) {

  /**
   * Predictions for anchors.
   *
   * @param boxes float32 [anchors, 4]: x1 y1 x2 y2 in pixels of the network's input
   * @param logits [batch, anchors]: objectness before the sigmoid
   * @param deltas [batch, anchors, 4]: box deltas
   */
  public record Anchors(Tensor boxes, Tensor logits, Tensor deltas) {}

  /**
   * {@return the values by name: {@code anchors}, {@code anchor_logits}, {@code anchor_deltas},
   * {@code proposals}, {@code proposal_images}, {@code class_logits}, {@code box_deltas}, {@code
   * mask_logits}}
   */
  public Map<String, Tensor> tensors() {
    Map<String, Tensor> named = new LinkedHashMap<>();
    named.put("anchors", anchors.boxes());
    named.put("anchor_logits", anchors.logits());
    named.put("anchor_deltas", anchors.deltas());
    named.put("proposals", proposals);
    named.put("proposal_images", proposalImages);
    named.put("class_logits", classLogits);
    named.put("box_deltas", boxDeltas);
    named.put("mask_logits", maskLogits);
    return named;
  }
}
