package dev.dovetail.cli.score;

import dev.dovetail.cli.console.NamedValues;
import dev.dovetail.cli.score.classification.ClassificationScorer;
import dev.dovetail.cli.score.coco.CityscapesScorer;
import dev.dovetail.cli.score.coco.CocoOptions;
import dev.dovetail.cli.score.coco.CocoScorer;
import dev.dovetail.cli.score.coco.ErrorOptions;
import dev.dovetail.cli.score.panoptic.PanopticOptions;
import dev.dovetail.cli.score.panoptic.PanopticScorer;
import dev.dovetail.cli.score.scorer.OptionGroup;
import dev.dovetail.cli.score.scorer.Scorer;
import dev.dovetail.cli.score.semantic.SemanticOptions;
import dev.dovetail.cli.score.semantic.SemanticScorer;
import dev.dovetail.eval.coco.params.IouType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The values of {@code --type}. Each has a scorer and the groups of options that apply to it. */
enum ScoreType {
  BBOX(CocoScorer.coco(IouType.BBOX), CocoOptions.class, ErrorOptions.class),
  SEGM(CocoScorer.coco(IouType.SEGM), CocoOptions.class, ErrorOptions.class),
  KEYPOINTS(CocoScorer.coco(IouType.KEYPOINTS), CocoOptions.class),
  BOUNDARY(CocoScorer.coco(IouType.BOUNDARY), CocoOptions.class, ErrorOptions.class),
  LVIS_BBOX(CocoScorer.lvis(IouType.BBOX), CocoOptions.class),
  LVIS_SEGM(CocoScorer.lvis(IouType.SEGM), CocoOptions.class),
  PANOPTIC(new PanopticScorer(), PanopticOptions.class),
  SEMANTIC(SemanticScorer.mmsegmentation(), SemanticOptions.class),
  CITYSCAPES_SEMANTIC(SemanticScorer.cityscapes()),
  CITYSCAPES_INSTANCES(new CityscapesScorer()),
  CLASSIFICATION(new ClassificationScorer());

  private final Scorer scorer;
  private final Set<Class<? extends OptionGroup>> groups;

  @SafeVarargs
  ScoreType(Scorer scorer, Class<? extends OptionGroup>... groups) {
    this.scorer = scorer;
    this.groups = Set.of(groups);
  }

  Scorer scorer() {
    return scorer;
  }

  boolean reads(Class<? extends OptionGroup> group) {
    return groups.contains(group);
  }

  /** Returns the types to which a group applies: {@code bbox, segm}. */
  static String reading(Class<? extends OptionGroup> group) {
    return Arrays.stream(values())
        .filter(type -> type.reads(group))
        .map(ScoreType::toString)
        .collect(Collectors.joining(", "));
  }

  /** Returns the name of the type as a user writes it: {@code lvis-bbox}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Reads the name of a type, and lists the names for the help. */
  static final class Names extends NamedValues<ScoreType> {
    Names() {
      super("type", () -> List.of(values()), ScoreType::toString);
    }
  }
}
