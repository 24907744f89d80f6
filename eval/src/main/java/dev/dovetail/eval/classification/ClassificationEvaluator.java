package dev.dovetail.eval.classification;

import dev.dovetail.eval.state.Accumulator;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Accumulates the best classes of images. It keeps the rank of each image's true class, so the
 * result depends neither on slicing nor on the order of the images. Not thread-safe.
 */
public final class ClassificationEvaluator implements Accumulator {

  /** The number of best classes that are used of each image. */
  public static final int BEST = 5;

  private static final byte NOT_SEEN = -1;

  private final List<String> classes;
  private final int[] labels;

  /** {@code [images]}: the rank of the true class; {@link #BEST} if it is not among the best. */
  private final byte[] ranks;

  /**
   * Creates an empty accumulator.
   *
   * @param classes names of the classes, by label
   * @param labels {@code [images]}: the class of every image in the data set
   * @throws IllegalArgumentException if a label is not a class
   */
  public ClassificationEvaluator(List<String> classes, int... labels) {
    this.classes = List.copyOf(classes);
    this.labels = labels.clone();
    this.ranks = new byte[labels.length];
    Arrays.fill(ranks, NOT_SEEN);
    for (int label : labels) {
      if (label < 0 || label >= classes.size()) {
        throw new IllegalArgumentException(
            "the label " + label + " is not one of the " + classes.size() + " classes");
      }
    }
  }

  /** {@return an empty accumulator for the same data set, to be merged later} */
  public ClassificationEvaluator slice() {
    return new ClassificationEvaluator(classes, labels);
  }

  /**
   * {@return the number of classes that {@link #accumulate} needs: 5, or all if there are fewer}
   */
  public int needed() {
    return Math.min(BEST, classes.size());
  }

  /**
   * Adds an image.
   *
   * @param image its index
   * @param best the predicted classes, best first, at least {@link #needed}; a number that is not a
   *     label represents a class without images
   * @throws IllegalArgumentException if there are too few, or the image was accumulated before
   */
  public void accumulate(int image, int... best) {
    if (best.length < needed()) {
      throw new IllegalArgumentException(
          "image "
              + image
              + " has "
              + best.length
              + " of its best classes; expected "
              + needed()
              + " or more, the best first");
    }
    int rank = 0;
    while (rank < needed() && best[rank] != labels[image]) {
      rank++;
    }
    set(image, rank < needed() ? rank : BEST);
  }

  private void set(int image, int rank) {
    if (ranks[image] != NOT_SEEN) {
      throw new IllegalArgumentException("image " + image + " was accumulated before");
    }
    ranks[image] = (byte) rank;
  }

  /** {@return the indices of the accumulated images} */
  public BitSet accumulated() {
    BitSet seen = new BitSet();
    IntStream.range(0, ranks.length).filter(i -> ranks[i] != NOT_SEEN).forEach(seen::set);
    return seen;
  }

  /**
   * Adds the contents of another accumulator for the same data set, which is not modified.
   *
   * @param other the other accumulator
   * @throws IllegalArgumentException if it is for another data set, or an image is in both
   */
  public void merge(ClassificationEvaluator other) {
    if (!other.classes.equals(classes) || !Arrays.equals(other.labels, labels)) {
      throw new IllegalArgumentException("only accumulators for the same data set can be merged");
    }
    other.accumulated().stream().forEach(image -> set(image, other.ranks[image]));
  }

  @Override
  public void writeTo(DataOutput out) throws IOException {
    BitSet seen = accumulated();
    out.writeInt(seen.cardinality());
    for (int image = seen.nextSetBit(0); image >= 0; image = seen.nextSetBit(image + 1)) {
      out.writeInt(image);
      out.writeByte(ranks[image]);
    }
  }

  @Override
  public void addFrom(DataInput in) throws IOException {
    for (int n = in.readInt(); n > 0; n--) {
      int image = in.readInt();
      int rank = in.readUnsignedByte();
      if (image < 0 || image >= ranks.length || rank > BEST) {
        throw new IOException("rank " + rank + " of image " + image + " is not in this data set");
      }
      set(image, rank);
    }
  }

  /** {@return the evaluation of all accumulated images; more can be accumulated afterwards} */
  public ClassificationEvaluation summarise() {
    int[] seen = accumulated().stream().toArray();
    byte[] seenRanks = new byte[seen.length];
    for (int i = 0; i < seen.length; i++) {
      seenRanks[i] = ranks[seen[i]];
    }
    return new ClassificationEvaluation(
        classes, IntStream.of(seen).map(image -> labels[image]).toArray(), seenRanks);
  }
}
