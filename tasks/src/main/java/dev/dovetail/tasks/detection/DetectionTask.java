package dev.dovetail.tasks.detection;

import dev.dovetail.formats.Detections;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.ObjectPredictions;
import dev.dovetail.images.MaskPaste;
import dev.dovetail.images.MaskRegion;
import dev.dovetail.tasks.OnePass;
import dev.dovetail.tasks.Passes;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Object detection. The outputs of its graphs are:
 *
 * <ul>
 *   <li>{@code boxes} float32 [batch, n, 4]: x1 y1 x2 y2 in original pixels
 *   <li>{@code scores} float32 [batch, n]
 *   <li>{@code labels} int64 [batch, n]
 *   <li>{@code count} int64 [batch]: the number of objects of each image
 *   <li>for masks within boxes, {@code mask_probs} float32 [batch, n, side, side]
 *   <li>for masks over the whole image, {@code mask_logits} float32 [batch, n, height, width], and
 *       for padded images {@code mask_extent} float32 [batch, 2]: the rows and columns of the image
 * </ul>
 *
 * @param classes the number of classes of the model
 * @param masks how masks within boxes are pasted into the image
 * @param augmentation the views of an image that are merged; empty for a single pass
 */
public record DetectionTask(
    int classes, MaskInference masks, Optional<ObjectAugmentation> augmentation)
    implements ObjectTask<ObjectPredictions> {

  private static final String BOXES = "boxes";
  private static final String SCORES = "scores";
  private static final String LABELS = "labels";
  static final String MASKS = "mask_probs";
  private static final String COUNT = "count";

  /**
   * Creates a task with default masks and a single view of an image.
   *
   * @param classes the number of classes of the model
   */
  public DetectionTask(int classes) {
    this(classes, MaskInference.defaults(), Optional.empty());
  }

  @Override
  public Map<String, Tensor> infer(
      Scope root, Network<? extends ObjectPredictions> network, ImageBatch images) {
    ObjectPredictions predictions = network.forward(root, images);
    return predictions.boxes(root.at("postprocess"), images).tensors();
  }

  @Override
  public Passes<ObjectPredictions, Detections> passes() {
    return augmentation.isEmpty() || augmentation.get().views().seesOnce()
        ? new OnePass<>(this)
        : new ObjectViews(this, augmentation.get());
  }

  /** {@inheritDoc} Masks are pasted and encoded once, here. */
  @Override
  public Detections decode(Map<String, TensorData> outputs, int image, Size original) {
    TensorData all = outputs.get(SCORES);
    int most = all.type().shape().dim(1);
    int count = Math.toIntExact(outputs.get(COUNT).longs()[image]);
    float[] boxes = outputs.get(BOXES).floats(image * most * 4, count * 4);
    long[] labels = outputs.get(LABELS).longs();
    int[] own = new int[count];
    Arrays.setAll(own, i -> Math.toIntExact(labels[image * most + i]));
    return new Detections(
        original,
        boxes,
        all.floats(image * most, count),
        own,
        outputs.containsKey(MASKS)
            ? masks(outputs.get(MASKS), image, boxes, original)
            : ImageMasks.of(outputs, image, count, original));
  }

  private Rle[] masks(TensorData probabilities, int image, float[] boxes, Size original) {
    int most = probabilities.type().shape().dim(1);
    int side = probabilities.type().shape().dim(2);
    int pixels = side * side;
    return pasted(
        probabilities.floats(image * most * pixels, boxes.length / 4 * pixels),
        side,
        boxes,
        original);
  }

  /**
   * Pastes masks into their boxes.
   *
   * @param own [n, side, side]
   * @param boxes [n, 4], in original pixels
   */
  Rle[] pasted(float[] own, int side, float[] boxes, Size original) {
    Rle[] pasted = new Rle[boxes.length / 4];
    MaskPaste paste = masks.pasting();
    for (int i = 0; i < pasted.length; i++) {
      pasted[i] = mask(paste, own, i, side, boxes, original);
    }
    return pasted;
  }

  private static Rle mask(
      MaskPaste paste, float[] probabilities, int i, int side, float[] b, Size image) {
    MaskRegion r =
        paste.paste(
            probabilities,
            i * side * side,
            side,
            b[4 * i],
            b[4 * i + 1],
            b[4 * i + 2],
            b[4 * i + 3],
            image);
    return Rle.ofRegion(
        image.height(), image.width(), r.x(), r.y(), r.width(), r.height(), r.columnMajor());
  }
}
