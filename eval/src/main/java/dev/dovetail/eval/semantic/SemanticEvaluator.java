package dev.dovetail.eval.semantic;

import dev.dovetail.eval.state.Accumulator;
import dev.dovetail.formats.semantic.LabelMap;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;

/**
 * Accumulates pairs of label maps and summarises them as mmsegmentation does, from exact counts.
 *
 * <p>A set may be cut into slices in any way: {@link #slice} gives an empty accumulator, {@link
 * #merge} joins two, with the same result. An accumulator serves one thread.
 */
public final class SemanticEvaluator implements Accumulator {

  private static final int ALL_VALUES = 1 << 16;

  private final int classes;
  private final LabelMapping mapping;
  private final PairCounts pairs = new PairCounts();

  /**
   * An empty accumulator.
   *
   * @param classes number of classes, 1 to 65536
   * @param mapping how ground-truth values become classes; predictions are classes already
   */
  public SemanticEvaluator(int classes, LabelMapping mapping) {
    if (classes < 1 || classes > ALL_VALUES) {
      throw new IllegalArgumentException(
          "the number of classes is " + classes + "; expected 1 to " + ALL_VALUES);
    }
    this.classes = classes;
    this.mapping = mapping;
  }

  /** {@return an empty accumulator with the same classes, to be merged later} */
  public SemanticEvaluator slice() {
    return new SemanticEvaluator(classes, mapping);
  }

  /**
   * Adds an image. Predictions that are no class stay in the ground truth's area and count for no
   * predicted class.
   *
   * @param label the ground truth
   * @param prediction the predicted classes
   * @throws IllegalArgumentException if the maps have different sizes
   */
  public void accumulate(LabelMap label, LabelMap prediction) {
    if (!label.size().equals(prediction.size())) {
      throw new IllegalArgumentException(
          "the label map has "
              + (label.size() + " pixels and the prediction " + prediction.size())
              + "; they must have one size");
    }
    pairs.add(label, prediction);
  }

  /**
   * Adds what another accumulator holds; the other stays as it is.
   *
   * @param other the other accumulator
   * @throws IllegalArgumentException if it has other classes or another mapping
   */
  public void merge(SemanticEvaluator other) {
    if (other.classes != classes || !other.mapping.equals(mapping)) {
      throw new IllegalArgumentException(
          "only accumulators of the same classes and mapping can be merged");
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
   * {@return one sentence, if the ground truth ignores what seems to be meant as a class, so that a
   * class has no pixel; the evaluation is the reference's all the same}
   */
  public Optional<String> complaint() {
    IgnoredTruth truth = new IgnoredTruth(mapping.lookup(ALL_VALUES, classes), classes);
    pairs.forEach(truth::add);
    return truth.complaint();
  }

  /** {@return the evaluation of all that was accumulated; accumulating may go on afterwards} */
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
