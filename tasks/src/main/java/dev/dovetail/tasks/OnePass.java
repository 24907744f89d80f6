package dev.dovetail.tasks;

import dev.dovetail.formats.Size;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.Predictions;
import dev.dovetail.images.Geometry;
import dev.dovetail.images.Preparation;
import dev.dovetail.images.Preprocess;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A single pass of the unchanged image.
 *
 * @param task the task that decodes the outputs
 */
public record OnePass<P extends Predictions, R>(Task<P, R> task) implements Passes<P, R> {

  @Override
  public List<Preparation> views(Preprocess preprocess) {
    return List.of(preprocess.preparation());
  }

  @Override
  public boolean fills(Preprocess preprocess) {
    return preprocess.fills();
  }

  @Override
  public Map<String, Tensor> infer(
      int round, Scope root, Network<? extends P> network, ImageBatch images) {
    return task.infer(root, network, images);
  }

  @Override
  public PendingResult<R> begin(Size original) {
    return new PendingResult<>() {

      private @Nullable Map<String, TensorData> results;
      private int at;

      @Override
      public void add(int round, Geometry view, Map<String, TensorData> outputs, int place) {
        results = outputs;
        at = place;
      }

      @Override
      public R result() {
        if (results == null) {
          throw new IllegalStateException("the image has not been processed yet");
        }
        return task.decode(results, at, original);
      }
    };
  }
}
