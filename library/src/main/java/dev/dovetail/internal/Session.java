package dev.dovetail.internal;

import dev.dovetail.formats.Size;
import dev.dovetail.graph.TensorData;
import dev.dovetail.images.Geometry;
import dev.dovetail.images.Image;
import dev.dovetail.images.Preparation;
import dev.dovetail.tasks.Task;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A model ready to run. Safe for several threads.
 *
 * @param <R> the task's result for one image
 */
public final class Session<R> implements AutoCloseable {

  private final Task<?, R> task;
  private final Preparation preparation;
  private final Plans plans;
  private final OptionalInt batch;
  private final BufferPool buffers = new BufferPool(0);

  /** A session whose plans take any number of images. */
  public Session(Task<?, R> task, Preparation preparation, Plans plans) {
    this(task, preparation, plans, OptionalInt.empty());
  }

  /**
   * @param batch of all plans, which an exported file prescribes; nothing if any will do
   */
  Session(Task<?, R> task, Preparation preparation, Plans plans, OptionalInt batch) {
    this.task = task;
    this.preparation = preparation;
    this.plans = plans;
    this.batch = batch;
  }

  public Task<?, R> task() {
    return task;
  }

  public Plans plans() {
    return plans;
  }

  /** A pipeline over this model. */
  public Pipeline<R> pipeline(PipelineSettings settings, StageClock clock) {
    PipelineSettings fitting =
        batch.isPresent() ? settings.withFixedBatch(batch.getAsInt()) : settings;
    return new Pipeline<>(task, preparation, plans, fitting, clock);
  }

  /**
   * The result of one image.
   *
   * @throws IOException if no plan can be compiled or the run fails
   * @throws IllegalArgumentException if the image's size is of no use to the model
   */
  public R predict(Image image) throws IOException {
    return task.decode(outputs(image), 0, image.size());
  }

  /**
   * What the graph gives for one image.
   *
   * @throws IOException if no plan can be compiled or the run fails
   * @throws IllegalArgumentException if the image's size is of no use to the model
   */
  Map<String, TensorData> outputs(Image image) throws IOException {
    Geometry geometry = preparation.geometry(image.size());
    int bytes = Math.toIntExact(geometry.padded().pixels() * Image.CHANNELS);
    ByteBuffer pixels = buffers.take(bytes);
    preparation.write(image, pixels, geometry.padded());
    Batch input = new Batch(List.of(new Batch.Prepared(geometry, pixels)), batch.orElse(1));
    Map<String, TensorData> outputs;
    try (PlanLease lease = plans.lease(input.key())) {
      ByteBuffer all = input.pixels(buffers);
      outputs = lease.plan().run(input.inputs(lease.plan().inputs().keySet(), all));
      if (all != pixels) {
        buffers.give(all);
      }
    }
    buffers.give(pixels);
    return outputs;
  }

  /**
   * Compiles the plan for images of a size.
   *
   * @throws IOException if it cannot be compiled
   */
  public void warmUp(Size image) throws IOException {
    predict(Image.of(image, new byte[Math.toIntExact(image.pixels() * Image.CHANNELS)]));
  }

  @Override
  public void close() {
    plans.close();
  }
}
