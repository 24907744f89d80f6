package dev.dovetail.cli.score;

import dev.dovetail.cli.console.UsageException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;

/** The options of {@code score} that only some types read, one group beside the other. */
final class ScoreOptions {

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

  /** The parameters of pycocotools and lvis-api; the defaults where none is given. */
  CocoOptions coco() {
    return coco == null ? new CocoOptions() : coco;
  }

  /**
   * The parameters of mmsegmentation.
   *
   * @throws UsageException if none is given: the number of classes must be
   */
  SemanticOptions semantic() {
    if (semantic == null) {
      throw new UsageException("--type semantic needs --classes N, the number of classes");
    }
    return semantic;
  }

  /** The folders of a panoptic set; the defaults where none is given. */
  PanopticOptions panoptic() {
    return panoptic == null ? new PanopticOptions() : panoptic;
  }

  /** What is told of errors; nothing where it is not asked for. */
  ErrorOptions errors() {
    return errors == null ? new ErrorOptions() : errors;
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
