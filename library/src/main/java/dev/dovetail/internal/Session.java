package dev.dovetail.internal;

import dev.dovetail.formats.Size;
import dev.dovetail.graph.TensorData;
import dev.dovetail.images.Image;
import dev.dovetail.images.Preparation;
import dev.dovetail.models.Model;
import dev.dovetail.tasks.Task;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A model that is ready to run. Thread-safe.
 *
 * @param <R> the task's result for one image
 */
public final class Session<R> implements AutoCloseable {

  private final Task<?, R> task;
  private final Views<R> views;
  private final Plans plans;
  private final OptionalInt batch;
  private final BufferPool buffers = new BufferPool(0);

  /** Creates a session that runs one pass per image. Plans may have any batch size. */
  public Session(Task<?, R> task, Preparation preparation, Plans plans) {
    this(task, Views.once(task, preparation), plans, OptionalInt.empty());
  }

  /** Returns a session that runs the views and rounds that the model's task requires. */
  public static <R> Session<R> of(Model<?, R> model, Plans plans) {
    return new Session<>(model.task(), Views.of(model), plans, OptionalInt.empty());
  }

  /**
   * @param batch the fixed batch size of an exported file; empty if plans may have any batch size
   */
  Session(Task<?, R> task, Views<R> views, Plans plans, OptionalInt batch) {
    this.task = task;
    this.views = views;
    this.plans = plans;
    this.batch = batch;
  }

  public Task<?, R> task() {
    return task;
  }

  public Plans plans() {
    return plans;
  }

  /** Returns a pipeline over this model. */
  public Pipeline<R> pipeline(PipelineSettings settings, StageClock clock) {
    PipelineSettings fitting =
        batch.isPresent() ? settings.withFixedBatch(batch.getAsInt()) : settings;
    return new Pipeline<>(task, views, plans, fitting, clock);
  }

  /**
   * Predicts on one image.
   *
   * @throws IOException if no plan can be compiled or the run fails
   * @throws IllegalArgumentException if the model does not support the image's size
   */
  public R predict(Image image) throws IOException {
    List<Batch.Prepared> prepared = views.prepare(image, buffers);
    try {
      R result = views.pass(List.of(prepared), batch.orElse(1), this::run).get(0).result();
      prepared.forEach(view -> buffers.give(view.pixels()));
      return result;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("the run was interrupted").initCause(e);
    }
  }

  /**
   * Returns the outputs of the first plan for the first view of an image.
   *
   * @throws IOException if no plan can be compiled or the run fails
   * @throws IllegalArgumentException if the model does not support the image's size
   */
  Map<String, TensorData> outputs(Image image) throws IOException {
    List<Batch.Prepared> prepared = views.prepare(image, buffers);
    Map<String, TensorData> outputs =
        run(new Batch(prepared.subList(0, 1), batch.orElse(1)), 0, Map.of());
    prepared.forEach(view -> buffers.give(view.pixels()));
    return outputs;
  }

  private Map<String, TensorData> run(Batch input, int round, Map<String, TensorData> more)
      throws IOException {
    try (PlanLease lease = plans.lease(input.key(round))) {
      ByteBuffer pixels = input.pixels(buffers);
      Map<String, TensorData> outputs =
          lease.plan().run(input.inputs(lease.plan().inputs().keySet(), pixels, more));
      if (input.size() > 1) {
        buffers.give(pixels);
      }
      return outputs;
    }
  }

  /**
   * Compiles the plan for an image size and runs it once.
   *
   * @throws IOException if the plan cannot be compiled
   */
  public void warmUp(Size image) throws IOException {
    predict(Image.of(image, new byte[Math.toIntExact(image.pixels() * Image.CHANNELS)]));
  }

  @Override
  public void close() {
    plans.close();
  }
}
