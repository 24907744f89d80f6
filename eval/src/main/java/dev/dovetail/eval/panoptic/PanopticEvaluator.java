package dev.dovetail.eval.panoptic;

import dev.dovetail.eval.bootstrap.Resamplable;
import dev.dovetail.eval.state.Accumulator;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.IdIndex;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.panoptic.PanopticAnnotation;
import dev.dovetail.formats.panoptic.PanopticDataset;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Accumulates predictions image by image and summarizes them like panopticapi.
 *
 * <p>A data set can be split into any slices: {@link #slice} returns an empty accumulator for the
 * same ground truth, and {@link #merge} joins two. The result is bit-identical for any slicing and
 * order of the images, because individual overlaps are kept and added in the order of the ground
 * truth. Images that were not accumulated are ignored. Not thread-safe.
 */
public final class PanopticEvaluator implements Accumulator {

  private final PanopticDataset truth;
  private final IdIndex images;
  private final IdIndex categories;
  private final Warnings warnings;
  private final List<ImageQuality> qualities = new ArrayList<>();
  private final BitSet done = new BitSet();

  /**
   * Creates an empty accumulator.
   *
   * @param truth the ground truth
   * @param warnings counts anomalies of the ground truth
   */
  public PanopticEvaluator(PanopticDataset truth, Warnings warnings) {
    this(truth, new IdIndex(), new IdIndex(), warnings);
    truth.annotations().forEach(annotation -> images.add(annotation.imageId()));
    truth.categories().forEach(category -> categories.add(category.id()));
  }

  private PanopticEvaluator(
      PanopticDataset truth, IdIndex images, IdIndex categories, Warnings warnings) {
    this.truth = truth;
    this.images = images;
    this.categories = categories;
    this.warnings = warnings;
  }

  /** {@return an empty accumulator for the same ground truth, to be merged later} */
  public PanopticEvaluator slice() {
    return new PanopticEvaluator(truth, images, categories, warnings);
  }

  /**
   * Adds the prediction for an image.
   *
   * @param truthMap its true segments
   * @param prediction the predicted segments, exactly those in their map
   * @param predictionMap of the same size
   * @throws FormatException if the image or a category is not in the ground truth, the maps differ
   *     in size, or the predicted segments are not those of their map
   * @throws IllegalArgumentException if the image was accumulated before
   */
  public void accumulate(IdMap truthMap, PanopticAnnotation prediction, IdMap predictionMap)
      throws FormatException {
    int image = images.get(prediction.imageId());
    if (image < 0) {
      throw new FormatException(prediction.describe() + ": the image is not in " + truth.source());
    }
    if (!truthMap.size().equals(predictionMap.size())) {
      throw new FormatException(
          String.format(
              Locale.ROOT,
              "%s: the prediction is %s pixels, but its ground truth is %s",
              prediction.describe(),
              predictionMap.size(),
              truthMap.size()));
    }
    PanopticAnnotation annotation = truth.annotations().get(image);
    add(
        SegmentMatcher.match(
            image, annotation, truthMap, prediction, predictionMap, categories, warnings));
  }

  private void markDone(int image) {
    if (done.get(image)) {
      throw new IllegalArgumentException(
          "image " + truth.annotations().get(image).key() + " was accumulated before");
    }
    done.set(image);
  }

  /** {@return the indices of the accumulated images in the ground truth} */
  public BitSet accumulated() {
    return (BitSet) done.clone();
  }

  @Override
  public void writeTo(DataOutput out) throws IOException {
    out.writeInt(qualities.size());
    for (ImageQuality quality : qualities) {
      quality.writeTo(out);
    }
  }

  @Override
  public void addFrom(DataInput in) throws IOException {
    for (int n = in.readInt(); n > 0; n--) {
      add(ImageQuality.readFrom(in));
    }
  }

  private void add(ImageQuality quality) {
    markDone(quality.image());
    qualities.add(quality);
  }

  /**
   * Adds the contents of another accumulator, which is not modified.
   *
   * @param other the other accumulator
   * @throws IllegalArgumentException if it has another ground truth, or an image is in both
   */
  public void merge(PanopticEvaluator other) {
    if (other.truth != truth) {
      throw new IllegalArgumentException(
          "only slices of the same evaluation can be merged; create them with slice()");
    }
    other.qualities.forEach(this::add);
  }

  /** {@return the evaluation of all accumulated images; more can be accumulated afterwards} */
  public PanopticEvaluation summarise() {
    return inOrder().evaluation();
  }

  /** {@return the accumulated images with a weight for each; more can be accumulated afterwards} */
  public Resamplable resamplable() {
    return inOrder();
  }

  private PanopticImages inOrder() {
    List<ImageQuality> inOrder = new ArrayList<>(qualities);
    inOrder.sort(Comparator.comparingInt(ImageQuality::image));
    return new PanopticImages(truth.categories(), inOrder);
  }
}
