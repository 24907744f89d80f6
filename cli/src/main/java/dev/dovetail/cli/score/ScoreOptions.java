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

/** The options of {@code score} that only some types read, one group beside the other. */
final class ScoreOptions implements OptionGroups {

  @ArgGroup(exclusive = false, heading = "%nFor bbox, segm, keypoints, boundary and lvis:%n")
  private CocoOptions coco;

  @ArgGroup(exclusive = false, heading = "%nFor semantic:%n")
  private SemanticOptions semantic;

  @ArgGroup(exclusive = false, heading = "%nFor panoptic:%n")
  private PanopticOptions panoptic;

  @ArgGroup(exclusive = false, heading = "%nFor what lies behind the numbers of detections:%n")
  private ErrorOptions errors;

  @ArgGroup(exclusive = false, heading = "%nTo compare two results on one ground truth:%n")
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

  /** What the predictions are compared with. */
  Optional<CompareOptions> compare() {
    return Optional.ofNullable(compare);
  }

  /**
   * Refuses options that the type does not read.
   *
   * @throws UsageException naming them and the types that do
   */
  void check(ScoreType type) {
    Stream.of(coco, semantic, panoptic, errors)
        .filter(Objects::nonNull)
        .filter(group -> !type.reads(group.getClass()))
        .findFirst()
        .ifPresent(
            group -> {
              throw new UsageException(
                  group.names() + " are for --type " + ScoreType.reading(group.getClass()));
            });
  }
}
