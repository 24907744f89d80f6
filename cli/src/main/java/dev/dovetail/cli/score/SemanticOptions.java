package dev.dovetail.cli.score;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.eval.semantic.LabelMapping;
import java.util.Map;
import picocli.CommandLine.Option;

/** The parameters of mmsegmentation. */
final class SemanticOptions implements OptionGroup {

  @Option(
      names = "--classes",
      paramLabel = "N",
      required = true,
      description = "number of classes; predictions are 0 to N - 1")
  private int classes;

  @Option(
      names = "--ignore-index",
      paramLabel = "I",
      defaultValue = "255",
      description = "ground-truth value that is left out (default: ${DEFAULT-VALUE})")
  private int ignoreIndex;

  @Option(
      names = "--reduce-zero-label",
      description = "in the ground truth 0 is void and class c is stored as c + 1 (ADE20K)")
  private boolean reduceZeroLabel;

  @Option(
      names = "--label-map",
      paramLabel = "NAME",
      description =
          "what ground-truth values and file names mean: cityscapes (label ids become the 19"
              + " train ids)")
  private LabelTable labelMap;

  /** Tables of ground-truth values that are known by name. */
  enum LabelTable {
    CITYSCAPES
  }

  @Override
  public String names() {
    return "--classes and the options after it";
  }

  int classes() {
    return classes;
  }

  /**
   * What ground-truth values mean.
   *
   * @throws UsageException if the options cannot be meant together
   */
  LabelMapping mapping() {
    if (classes < 1 || classes > 65536) {
      throw new UsageException("--classes is " + classes + "; expected 1 to 65536");
    }
    if (labelMap == null) {
      return new LabelMapping(ignoreIndex, reduceZeroLabel, Map.of());
    }
    if (reduceZeroLabel) {
      throw new UsageException("--reduce-zero-label and --label-map exclude each other");
    }
    return LabelMapping.cityscapes();
  }

  /** How the files of predictions and ground truth are matched. */
  LabelMapScore.Naming naming() {
    return labelMap == null ? LabelMapScore.Naming.SAME : LabelMapScore.Naming.CITYSCAPES;
  }
}
