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
 * Parameters of a set of label maps.
 *
 * @param classes the number of classes
 * @param mapping the meaning of ground-truth values
 * @param names the names of the classes, or their indices
 * @param unknown the value that replaces 0/0; NaN omits it from the means
 * @param naming how predictions and ground truth are matched; empty if predictions are in the
 *     Cityscapes submission format with label ids, which are scored as its script does
 */
record SemanticSet(
    int classes,
    LabelMapping mapping,
    List<String> names,
    double unknown,
    Optional<LabelMapFiles.Naming> naming) {

  /** The validation set of Cityscapes with submitted predictions. */
  static final SemanticSet CITYSCAPES =
      new SemanticSet(
          CityscapesLabel.classNames().size(),
          LabelMapping.cityscapes(),
          CityscapesLabel.classNames(),
          Double.NaN,
          Optional.empty());

  /** Returns whether predictions are in the Cityscapes submission format. */
  boolean isSubmitted() {
    return naming.isEmpty();
  }

  /**
   * Lists the ground truth.
   *
   * @param truth its directory; for Cityscapes also the directory of the data set
   */
  LabelMapFiles files(Path truth) throws IOException {
    if (naming.isPresent()) {
      return new LabelMapFiles(truth, naming.get());
    }
    return LabelMapFiles.ofSubmitted(
        DataPaths.annotations(truth, Split.VALIDATION, AnnotationKind.LABEL_MAPS));
  }
}
