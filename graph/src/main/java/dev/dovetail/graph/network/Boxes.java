package dev.dovetail.graph.network;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The detected objects of each image, best first. Images with fewer objects than others are padded
 * with zeros (label -1).
 *
 * @param boxes float32 [batch, n, 4]: x1 y1 x2 y2 in original pixels
 * @param scores float32 [batch, n]
 * @param labels int64 [batch, n], from 0
 * @param count int64 [batch]: number of objects
 * @param boxMasks float32 [batch, n, side, side]: the mask probability of an object within its box
 * @param imageMasks masks over the whole image
 * @param training predictions of a two-stage detector for training; empty outside training
 */
public record Boxes(
    Tensor boxes,
    Tensor scores,
    Tensor labels,
    Tensor count,
    Optional<Tensor> boxMasks,
    Optional<ImageMasks> imageMasks,
    Optional<RegionPredictions> training)
    implements ObjectPredictions {

  /**
   * A mask over the whole image for each object: set where the logits, resized to the original
   * image, are greater than 0.
   *
   * @param logits float32 [batch, n, height, width]
   * @param extent float32 [batch, 2]: number of rows and columns of the maps that the image covers;
   *     empty if images have no padding
   */
  public record ImageMasks(Tensor logits, Optional<Tensor> extent) {}

  /**
   * Objects outside training.
   *
   * @param boxes float32 [batch, n, 4]: x1 y1 x2 y2 in original pixels
   * @param scores float32 [batch, n]
   * @param labels int64 [batch, n], from 0
   * @param count int64 [batch]: number of objects
   * @param boxMasks float32 [batch, n, side, side]: the mask probability of an object within its
   *     box
   */
  public Boxes(
      Tensor boxes, Tensor scores, Tensor labels, Tensor count, Optional<Tensor> boxMasks) {
    this(boxes, scores, labels, count, boxMasks, Optional.empty(), Optional.empty());
  }

  /**
   * {@return these objects with masks over the whole image}
   *
   * @param masks the masks of the objects
   */
  public Boxes with(ImageMasks masks) {
    return new Boxes(boxes, scores, labels, count, boxMasks, Optional.of(masks), training);
  }

  /**
   * {@return these objects with predictions for training}
   *
   * @param predictions the predictions of the network
   */
  public Boxes with(RegionPredictions predictions) {
    return new Boxes(boxes, scores, labels, count, boxMasks, imageMasks, Optional.of(predictions));
  }

  @Override
  public Boxes boxes(Scope s, ImageBatch images) {
    return this;
  }

  /**
   * Returns {@code boxes}, {@code scores}, {@code labels}, {@code count}, and, depending on the
   * kind of masks, {@code mask_probs} or {@code mask_logits} with an optional {@code mask_extent}.
   * In training, returns only the values of {@link RegionPredictions}; the objects themselves are
   * not computed.
   */
  @Override
  public Map<String, Tensor> tensors() {
    if (training.isPresent()) {
      return training.get().tensors();
    }
    Map<String, Tensor> named = new LinkedHashMap<>();
    named.put("boxes", boxes);
    named.put("scores", scores);
    named.put("labels", labels);
    boxMasks.ifPresent(m -> named.put("mask_probs", m));
    imageMasks.ifPresent(
        m -> {
          named.put("mask_logits", m.logits());
          m.extent().ifPresent(e -> named.put("mask_extent", e));
        });
    named.put("count", count);
    return named;
  }
}
