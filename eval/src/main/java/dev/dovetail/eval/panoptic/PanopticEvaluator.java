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
 * Accumulates predictions image by image and summarises them as panopticapi does.
 *
 * <p>A set may be cut into slices in any way: {@link #slice} gives an empty accumulator over the
 * same ground truth, {@link #merge} joins two. The result does not depend on the slicing nor on the
 * order of images, to the last bit: overlaps are kept one by one and added in the order of the
 * ground truth. Images that were never accumulated count for nothing. An accumulator serves one
 * thread.
 */
public final class PanopticEvaluator implements Accumulator {

  private final PanopticDataset truth;
  private final IdIndex images;
  private final IdIndex categories;
  private final Warnings warnings;
  private final List<ImageQuality> qualities = new ArrayList<>();
  private final BitSet done = new BitSet();

  /**
   * An empty accumulator.
   *
   * @param truth the ground truth
   * @param warnings counts what is odd in the ground truth
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

  /** {@return an empty accumulator over the same ground truth, to be merged later} */
  public PanopticEvaluator slice() {
    return new PanopticEvaluator(truth, images, categories, warnings);
  }

  /**
   * Adds the prediction for an image.
   *
   * @param truthMap its true segments
   * @param prediction the segments found, each in the map and none else
   * @param predictionMap of the same size
   * @throws FormatException if image or categories are not those of the ground truth, the maps
   *     differ in size, or the segments found are not those of their map
   * @throws IllegalArgumentException if the image comes a second time
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
              "%s: the prediction is %s pixels large, but its ground truth is %s",
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

  /** {@return the numbers of the images accumulated, in the order of the ground truth} */
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
   * Adds what another accumulator holds; the other stays as it is.
   *
   * @param other the other accumulator
   * @throws IllegalArgumentException if it has another ground truth, or an image is in both
   */
  public void merge(PanopticEvaluator other) {
    if (other.truth != truth) {
      throw new IllegalArgumentException(
          "only slices of one evaluation can be merged; make them with slice()");
    }
    other.qualities.forEach(this::add);
  }

  /** {@return the evaluation of all that was accumulated; accumulating may go on afterwards} */
  public PanopticEvaluation summarise() {
    return inOrder().evaluation();
  }

  /**
   * {@return what was accumulated, to be weighed image by image; accumulating may go on afterwards}
   */
  public Resamplable resamplable() {
    return inOrder();
  }

  private PanopticImages inOrder() {
    List<ImageQuality> inOrder = new ArrayList<>(qualities);
    inOrder.sort(Comparator.comparingInt(ImageQuality::image));
    return new PanopticImages(truth.categories(), inOrder);
  }
}
