package dev.dovetail.tasks.detection;

import dev.dovetail.formats.Detections;
import dev.dovetail.graph.network.Predictions;
import dev.dovetail.images.Preprocess;
import dev.dovetail.tasks.Evaluation;
import dev.dovetail.tasks.EvaluationData;
import dev.dovetail.tasks.Presentation;
import dev.dovetail.tasks.Task;
import java.io.IOException;
import java.util.List;

/**
 * A base of tasks that find objects.
 *
 * @param <P> the type of the predictions
 */
sealed interface ObjectTask<P extends Predictions> extends Task<P, Detections>
    permits DetectionTask, InstanceTask {

  String NAME = "detection";

  /** Returns the number of classes of the model. */
  int classes();

  @Override
  default String name() {
    return NAME;
  }

  @Override
  default Preprocess usualPreprocess() {
    return Preprocess.detection();
  }

  @Override
  default Class<Detections> results() {
    return Detections.class;
  }

  @Override
  default Detections above(float score, Detections result) {
    return result.above(score);
  }

  @Override
  default Presentation<Detections> presentation(List<String> names) {
    return new DetectionPresentation(names);
  }

  @Override
  default Evaluation<Detections> evaluation(EvaluationData data, List<String> names)
      throws IOException {
    return DetectionEvaluation.of(data, names, classes());
  }
}
