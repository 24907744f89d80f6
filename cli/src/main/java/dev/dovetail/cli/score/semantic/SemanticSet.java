package dev.dovetail.cli.score.semantic;

import dev.dovetail.eval.semantic.LabelMapping;
import dev.dovetail.formats.cityscapes.CityscapesLabel;
import dev.dovetail.formats.layout.AnnotationKind;
import dev.dovetail.formats.layout.DataPaths;
import dev.dovetail.formats.layout.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a set of label maps.
 *
 * @param classes how many there are
 * @param mapping what ground-truth values mean
 * @param names of the classes, or their numbers
 * @param unknown what stands for 0/0; NaN leaves it out of the means
 * @param naming how the files of predictions and ground truth are matched; empty where predictions
 *     are as they are submitted to Cityscapes, ids of labels, and the numbers of its script are
 *     asked for
 */
record SemanticSet(
    int classes,
    LabelMapping mapping,
    List<String> names,
    double unknown,
    Optional<LabelMapFiles.Naming> naming) {

  /** Cityscapes' validation set and what is submitted for it. */
  static final SemanticSet CITYSCAPES =
      new SemanticSet(
          CityscapesLabel.classNames().size(),
          LabelMapping.cityscapes(),
          CityscapesLabel.classNames(),
          Double.NaN,
          Optional.empty());

  /** Whether predictions are as they are submitted to Cityscapes. */
  boolean isSubmitted() {
    return naming.isEmpty();
  }

  /**
   * Lists the ground truth.
   *
   * @param truth its folder; of Cityscapes also the directory of the data set
   */
  LabelMapFiles files(Path truth) throws IOException {
    if (naming.isPresent()) {
      return new LabelMapFiles(truth, naming.get());
    }
    return LabelMapFiles.ofSubmitted(
        DataPaths.annotations(truth, Split.VALIDATION, AnnotationKind.LABEL_MAPS));
  }
}
