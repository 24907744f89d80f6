package dev.dovetail.eval.coco.matching;

import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.sort.ScoreOrder;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.LongConsumer;
import java.util.function.LongToIntFunction;
import java.util.stream.IntStream;

/**
 * The matching results of one category's detections: score, rank within the image, and the state
 * (true, false or ignored) by size class and IoU threshold, in two bits each.
 */
public final class MatchedDetections {

  public static final int FALSE_POSITIVE = 0;
  public static final int TRUE_POSITIVE = 1;
  static final int IGNORED = 2;

  /** The result of {@link #uniform} for all other states. */
  public static final int MIXED = 3;

  private static final long ALL_IGNORED = 0xAAAAAAAAAAAAAAAAL;

  private final int words;
  private int size;
  private double[] scores = new double[0];
  private int[] ranks = new int[0];
  private long[] bits = new long[0];
  private int images;
  private long[] imageIds = new long[0];
  private int[] imageStart = new int[0];

  /**
   * @param cells number of size classes times number of IoU thresholds
   */
  public MatchedDetections(int cells) {
    this.words = (2 * cells + Long.SIZE - 1) / Long.SIZE;
  }

  /** Appends n detections of an image, all false positives. Returns the index of the first one. */
  int append(long imageId, int n) {
    int first = size;
    reserve(n, 1);
    imageIds[images] = imageId;
    imageStart[images++] = first;
    size += n;
    return first;
  }

  void set(int detection, double score, int rank) {
    scores[detection] = score;
    ranks[detection] = rank;
  }

  void setState(int detection, int cell, int state) {
    bits[detection * words + (cell >> 5)] |= (long) state << (2 * cell & 63);
  }

  public int state(int detection, int cell) {
    return (int) (bits[detection * words + (cell >> 5)] >>> (2 * cell & 63)) & 3;
  }

  /** Marks a detection, which is a false positive so far, as ignored in a range of cells. */
  void ignore(int detection, Cells cells) {
    for (int w = cells.first; w < cells.first + cells.masks.length; w++) {
      bits[detection * words + w] |= ALL_IGNORED & cells.masks[w - cells.first];
    }
  }

  /**
   * Returns {@link #FALSE_POSITIVE} or {@link #IGNORED} if all cells of a range have this state,
   * and otherwise {@link #MIXED}.
   */
  public int uniform(int detection, Cells cells) {
    long seen = 0;
    long ignored = 0;
    for (int w = cells.first; w < cells.first + cells.masks.length; w++) {
      long mask = cells.masks[w - cells.first];
      long states = bits[detection * words + w] & mask;
      seen |= states;
      ignored |= states ^ (ALL_IGNORED & mask);
    }
    return seen == 0 ? FALSE_POSITIVE : ignored == 0 ? IGNORED : MIXED;
  }

  /** A range of cells, such as all thresholds of a size class. */
  public static final class Cells {
    private final int first;
    private final long[] masks;

    /**
     * @param from first cell
     * @param to after the last cell, at least one later
     */
    Cells(int from, int to) {
      first = from >> 5;
      masks = new long[((to - 1) >> 5) - first + 1];
      for (int cell = from; cell < to; cell++) {
        masks[(cell >> 5) - first] |= 3L << (2 * cell & 63);
      }
    }

    /** Returns the range of cells of every size class. */
    public static Cells[] ofAreas(CocoParams params) {
      int thresholds = params.iouThresholds().length;
      Cells[] cells = new Cells[params.areas().size()];
      Arrays.setAll(cells, a -> new Cells(a * thresholds, (a + 1) * thresholds));
      return cells;
    }
  }

  public double score(int detection) {
    return scores[detection];
  }

  public int rank(int detection) {
    return ranks[detection];
  }

  int size() {
    return size;
  }

  /** Returns the image of every detection, as a number computed from its id. */
  public int[] images(LongToIntFunction number) {
    int[] numbers = new int[size];
    for (int i = 0; i < images; i++) {
      int end = i + 1 < images ? imageStart[i + 1] : size;
      Arrays.fill(numbers, imageStart[i], end, number.applyAsInt(imageIds[i]));
    }
    return numbers;
  }

  public void addAll(MatchedDetections other) {
    reserve(other.size, other.images);
    System.arraycopy(other.scores, 0, scores, size, other.size);
    System.arraycopy(other.ranks, 0, ranks, size, other.size);
    System.arraycopy(other.bits, 0, bits, size * words, other.size * words);
    System.arraycopy(other.imageIds, 0, imageIds, images, other.images);
    for (int i = 0; i < other.images; i++) {
      imageStart[images + i] = size + other.imageStart[i];
    }
    size += other.size;
    images += other.images;
  }

  /** Writes the detections by image, with rank, score and states. */
  public void writeTo(DataOutput out) throws IOException {
    out.writeInt(images);
    for (int image = 0; image < images; image++) {
      int from = imageStart[image];
      int to = image + 1 < images ? imageStart[image + 1] : size;
      out.writeLong(imageIds[image]);
      out.writeInt(to - from);
      for (int d = from; d < to; d++) {
        out.writeInt(ranks[d]);
        out.writeDouble(scores[d]);
        for (int w = 0; w < words; w++) {
          out.writeLong(bits[d * words + w]);
        }
      }
    }
  }

  /**
   * Adds the detections that another object wrote.
   *
   * @param images receives the id of each image
   */
  public void addFrom(DataInput in, LongConsumer images) throws IOException {
    for (int n = in.readInt(); n > 0; n--) {
      long imageId = in.readLong();
      images.accept(imageId);
      int detections = in.readInt();
      int first = append(imageId, detections);
      for (int d = first; d < first + detections; d++) {
        ranks[d] = in.readInt();
        scores[d] = in.readDouble();
        for (int w = 0; w < words; w++) {
          bits[d * words + w] = in.readLong();
        }
      }
    }
  }

  /**
   * Returns all detections by descending score, then ascending image id, then rank in the image.
   */
  public int[] sorted() {
    int[] order = new int[size];
    int at = 0;
    for (int image : imagesById()) {
      int end = image + 1 < images ? imageStart[image + 1] : size;
      for (int d = imageStart[image]; d < end; d++) {
        order[at++] = d;
      }
    }
    ScoreOrder.sort(order, 0, size, scores);
    return order;
  }

  private int[] imagesById() {
    boolean ascending = true;
    for (int i = 1; i < images; i++) {
      ascending &= imageIds[i - 1] < imageIds[i];
    }
    IntStream numbers = IntStream.range(0, images);
    return ascending
        ? numbers.toArray()
        : numbers
            .boxed()
            .sorted((a, b) -> Long.compare(imageIds[a], imageIds[b]))
            .mapToInt(i -> i)
            .toArray();
  }

  private void reserve(int more, int moreImages) {
    if (size + more > scores.length) {
      int capacity = Math.max(size + more, Math.max(16, scores.length + (scores.length >> 1)));
      scores = Arrays.copyOf(scores, capacity);
      ranks = Arrays.copyOf(ranks, capacity);
      bits = Arrays.copyOf(bits, capacity * words);
    }
    if (images + moreImages > imageIds.length) {
      int capacity = Math.max(images + moreImages, Math.max(16, 2 * imageIds.length));
      imageIds = Arrays.copyOf(imageIds, capacity);
      imageStart = Arrays.copyOf(imageStart, capacity);
    }
  }
}
