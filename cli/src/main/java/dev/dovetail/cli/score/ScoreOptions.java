package dev.dovetail.cli.score;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.score.coco.CocoOptions;
import dev.dovetail.cli.score.coco.ErrorOptions;
import dev.dovetail.cli.score.panoptic.PanopticOptions;
import dev.dovetail.cli.score.scorer.OptionGroup;
import dev.dovetail.cli.score.scorer.OptionGroups;
import dev.dovetail.cli.score.semantic.SemanticOptions;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;

/** The options of {@code score} that apply only to some types, in groups. */
final class ScoreOptions implements OptionGroups {

  @ArgGroup(exclusive = false, heading = "%nFor bbox, segm, keypoints, boundary and lvis:%n")
  private CocoOptions coco;

  @ArgGroup(exclusive = false, heading = "%nFor semantic:%n")
  private SemanticOptions semantic;

  @ArgGroup(exclusive = false, heading = "%nFor panoptic:%n")
  private PanopticOptions panoptic;

  @ArgGroup(exclusive = false, heading = "%nError analysis of detections:%n")
  private ErrorOptions errors;

  @ArgGroup(exclusive = false, heading = "%nComparison of two results for the same ground truth:%n")
  private CompareOptions compare;

  @Override
  public <T extends OptionGroup> T group(Class<T> type) {
    Map<Class<? extends OptionGroup>, Supplier<? extends OptionGroup>> groups =
        Map.of(
            CocoOptions.class, () -> coco == null ? new CocoOptions() : coco,
            SemanticOptions.class, this::semantic,
            PanopticOptions.class, () -> panoptic == null ? new PanopticOptions() : panoptic,
            ErrorOptions.class, () -> errors == null ? new ErrorOptions() : errors);
    return type.cast(groups.get(type).get());
  }

  private SemanticOptions semantic() {
    if (semantic == null) {
      throw new UsageException("--type semantic needs --classes N, the number of classes");
    }
    return semantic;
  }

  @Override
  public boolean compares() {
    return compare != null;
  }

  /** Returns the options of a comparison. */
  Optional<CompareOptions> compare() {
    return Optional.ofNullable(compare);
  }

  /**
   * Rejects options that do not apply to the type.
   *
   * @throws UsageException naming the options and the types to which they apply
   */
  void check(ScoreType type) {
    Stream.of(coco, semantic, panoptic, errors)
        .filter(Objects::nonNull)
        .filter(group -> !type.reads(group.getClass()))
        .findFirst()
        .ifPresent(
            group -> {
              throw new UsageException(
                  group.names() + " require --type " + ScoreType.reading(group.getClass()));
            });
  }
}
