package dev.dovetail.eval.semantic;

import dev.dovetail.eval.state.Accumulator;
import dev.dovetail.formats.semantic.LabelMap;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;

/**
 * Accumulates pairs of label maps and summarizes them like mmsegmentation, but from exact counts.
 *
 * <p>A data set can be split into any slices, with the same result: {@link #slice} returns an empty
 * accumulator, and {@link #merge} joins two. Not thread-safe.
 */
public final class SemanticEvaluator implements Accumulator {

  private static final int ALL_VALUES = 1 << 16;

  private final int classes;
  private final LabelMapping mapping;
  private final PairCounts pairs = new PairCounts();

  /**
   * Creates an empty accumulator.
   *
   * @param classes number of classes, 1 to 65536
   * @param mapping from ground-truth values to classes; predictions are not mapped
   */
  public SemanticEvaluator(int classes, LabelMapping mapping) {
    if (classes < 1 || classes > ALL_VALUES) {
      throw new IllegalArgumentException(
          "the number of classes is " + classes + "; expected 1 to " + ALL_VALUES);
    }
    this.classes = classes;
    this.mapping = mapping;
  }

  /** {@return an empty accumulator for the same classes, to be merged later} */
  public SemanticEvaluator slice() {
    return new SemanticEvaluator(classes, mapping);
  }

  /**
   * Adds an image. A predicted value that is not a class counts toward the area of the ground
   * truth, but not toward that of any predicted class.
   *
   * @param label the ground truth
   * @param prediction the predicted classes
   * @throws IllegalArgumentException if the maps have different sizes
   */
  public void accumulate(LabelMap label, LabelMap prediction) {
    if (!label.size().equals(prediction.size())) {
      throw new IllegalArgumentException(
          "the label map has "
              + (label.size() + " pixels, but the prediction has " + prediction.size())
              + "; they must have the same size");
    }
    pairs.add(label, prediction);
  }

  /**
   * Adds the contents of another accumulator, which is not modified.
   *
   * @param other the other accumulator
   * @throws IllegalArgumentException if it has different classes or a different mapping
   */
  public void merge(SemanticEvaluator other) {
    if (other.classes != classes || !other.mapping.equals(mapping)) {
      throw new IllegalArgumentException(
          "only accumulators with the same classes and mapping can be merged");
    }
    pairs.addAll(other.pairs);
  }

  @Override
  public void writeTo(DataOutput out) throws IOException {
    pairs.writeTo(out);
  }

  @Override
  public void addFrom(DataInput in) throws IOException {
    pairs.addFrom(in);
  }

  /**
   * {@return a sentence if the ground truth ignores a value that seems to be meant as a class, so
   * that a class has no pixel} This does not change the evaluation, which equals the reference's.
   */
  public Optional<String> complaint() {
    IgnoredTruth truth = new IgnoredTruth(mapping.lookup(ALL_VALUES, classes), classes);
    pairs.forEach(truth::add);
    return truth.complaint();
  }

  /** {@return the evaluation of all accumulated images; more can be accumulated afterwards} */
  public SemanticEvaluation summarise() {
    SemanticEvaluation.Counts counts = new SemanticEvaluation.Counts(classes);
    int[] lookup = mapping.lookup(ALL_VALUES, classes);
    pairs.forEach(
        (label, prediction, count) -> {
          if (lookup[label] != LabelMapping.IGNORED) {
            counts.add(lookup[label], Math.min(prediction, classes), count);
          }
        });
    return new SemanticEvaluation(counts);
  }
}
