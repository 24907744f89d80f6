package dev.dovetail.internal;

import dev.dovetail.formats.Size;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.Predictions;
import dev.dovetail.images.Geometry;
import dev.dovetail.images.Image;
import dev.dovetail.images.Preparation;
import dev.dovetail.internal.Batch.Prepared;
import dev.dovetail.models.Model;
import dev.dovetail.tasks.OnePass;
import dev.dovetail.tasks.Passes;
import dev.dovetail.tasks.PendingResult;
import dev.dovetail.tasks.Task;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The views of an image that the plans run on; usually one.
 *
 * @param passes merges the outputs of the views
 * @param preparations how each view is prepared
 * @param rounds the number of rounds of passes for each image
 * @param <R> the task's result for one image
 */
record Views<R>(Passes<?, R> passes, List<Preparation> preparations, int rounds) {

  /** Runs a plan. */
  interface Runner {

    /**
     * @param round the index of the round, which has its own plan
     * @param more additional inputs besides the images
     */
    Map<String, TensorData> run(Batch input, int round, Map<String, TensorData> more)
        throws IOException, InterruptedException;
  }

  /** Returns views in which each image passes once. */
  static <R> Views<R> once(Task<?, R> task, Preparation preparation) {
    return new Views<>(new OnePass<>(task), List.of(preparation), 1);
  }

  /** Returns the views that a model's task requires. */
  static <P extends Predictions, R> Views<R> of(Model<P, R> model) {
    Passes<P, R> passes = model.task().passes();
    return new Views<>(passes, passes.views(model.preprocess()), passes.rounds(model.network()));
  }

  boolean isOne() {
    return preparations.size() == 1 && rounds == 1;
  }

  /**
   * Returns the plans for an image, in the order of their use.
   *
   * @param batch the batch size of the first round
   * @throws IllegalArgumentException if the model does not support the size
   */
  List<PlanKey> keys(Size image, int batch) {
    return IntStream.range(0, rounds)
        .boxed()
        .flatMap(round -> keys(image, round == 0 ? batch : 1, round))
        .distinct()
        .toList();
  }

  private Stream<PlanKey> keys(Size image, int batch, int round) {
    return preparations.stream().map(p -> new PlanKey(batch, p.geometry(image).padded(), round));
  }

  /**
   * Prepares an image for each view.
   *
   * @throws IllegalArgumentException if the model does not support the image's size
   */
  List<Prepared> prepare(Image image, BufferPool buffers) {
    List<Prepared> prepared = new ArrayList<>();
    for (Preparation preparation : preparations) {
      Geometry geometry = preparation.geometry(image.size());
      ByteBuffer pixels = buffers.take(Batch.bytes(geometry.padded(), 1));
      preparation.write(image, pixels, geometry.padded());
      prepared.add(new Prepared(geometry, pixels));
    }
    return prepared;
  }

  /**
   * Runs all passes for a batch of images.
   *
   * @param images the views of each image; all images have the same sizes
   * @param batch the batch size of the first round; in later rounds images are processed one at a
   *     time
   */
  List<PendingResult<R>> pass(List<List<Prepared>> images, int batch, Runner runner)
      throws IOException, InterruptedException {
    List<PendingResult<R>> results = new ArrayList<>();
    images.forEach(views -> results.add(passes.begin(views.get(0).geometry().original())));
    for (int v = 0; v < preparations.size(); v++) {
      int view = v;
      Batch input = new Batch(images.stream().map(views -> views.get(view)).toList(), batch);
      Map<String, TensorData> outputs = runner.run(input, 0, Map.of());
      for (int i = 0; i < images.size(); i++) {
        results.get(i).add(0, input.images().get(i).geometry(), outputs, i);
      }
    }
    for (int round = 1; round < rounds; round++) {
      for (int i = 0; i < images.size(); i++) {
        PendingResult<R> result = results.get(i);
        for (Prepared view : result.needs(round) ? images.get(i) : List.<Prepared>of()) {
          Map<String, TensorData> more = result.inputs(view.geometry());
          result.add(
              round, view.geometry(), runner.run(new Batch(List.of(view), 1), round, more), 0);
        }
      }
    }
    return results;
  }
}
