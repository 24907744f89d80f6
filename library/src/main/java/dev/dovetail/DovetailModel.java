package dev.dovetail;

import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageSource;
import dev.dovetail.internal.Evaluations;
import dev.dovetail.internal.Exports;
import dev.dovetail.internal.Job;
import dev.dovetail.internal.OpenModel;
import dev.dovetail.internal.Pipeline;
import dev.dovetail.internal.PipelineSettings;
import dev.dovetail.internal.StageClock;
import dev.dovetail.runtime.PlanCache;
import dev.dovetail.tasks.Presentation;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.opencv.core.Mat;

/**
 * A model that is ready to run. Instances are thread-safe: all threads share the weights and the
 * compiled plans. A plan is compiled for each padded image size that occurs, and a bounded number
 * of plans is kept between calls.
 */
public final class DovetailModel implements AutoCloseable {

  /** A call that runs while the model is open. */
  private interface Call<T> {
    T run() throws IOException;
  }

  private final OpenModel<?> open;
  private int running;
  private boolean closed;

  DovetailModel(OpenModel<?> open) {
    this.open = open;
  }

  /** Returns the name of the task, such as {@code detection} or {@code semantic}. */
  public String task() {
    return open.session().task().name();
  }

  /** Returns the class names in label order; empty if they are unknown. */
  public List<String> classes() {
    return open.classes();
  }

  /** Returns the column names of {@link Prediction#rows}. */
  public List<String> columns() {
    return presentation(open).columns();
  }

  /** Returns whether {@link Prediction#save} draws a picture. */
  public boolean draws() {
    return presentation(open).draws();
  }

  /**
   * Returns whether the model detects objects with boxes, so that {@link Prediction#saveCutouts}
   * can save crops of them.
   */
  public boolean findsObjects() {
    return presentation(open).findsObjects();
  }

  /** Returns the stuff classes of a panoptic model: an image has at most one segment of each. */
  public List<Integer> stuff() {
    return presentation(open).stuff();
  }

  /** Returns the names of the files that {@link Prediction#save} writes for an image. */
  public List<String> fileNames(String name) {
    List<String> names = new ArrayList<>();
    if (draws()) {
      names.add(name + Prediction.PICTURE);
    }
    presentation(open).files().values().forEach(ending -> names.add(name + ending));
    return names;
  }

  private static <R> Presentation<R> presentation(OpenModel<R> model) {
    return model.session().task().presentation(model.classes());
  }

  /**
   * Predicts on an image file.
   *
   * @throws IOException if the file cannot be read, the image is damaged or incomplete, or the run
   *     fails
   * @throws IllegalArgumentException if the model does not support the image's size
   */
  public Prediction predict(Path file) throws IOException {
    return predict(ImageSource.of(file));
  }

  /**
   * Predicts on an encoded image, such as the bytes of a JPEG file. Throws the same exceptions as
   * {@link #predict(Path)}.
   */
  public Prediction predict(byte[] content) throws IOException {
    return predict(ImageSource.of(content, "the image"));
  }

  /**
   * Predicts on a stream that contains an encoded image. Reads the stream to its end. Throws the
   * same exceptions as {@link #predict(Path)}.
   */
  public Prediction predict(InputStream content) throws IOException {
    return predict(ImageSource.of(content, "the image"));
  }

  /** Predicts on a Java 2D image. Throws the same exceptions as {@link #predict(Path)}. */
  public Prediction predict(BufferedImage image) throws IOException {
    return predict(ImageSource.of(image));
  }

  /**
   * Predicts on an 8-bit BGR matrix of OpenCV. Throws the same exceptions as {@link
   * #predict(Path)}.
   */
  public Prediction predict(Mat bgr) throws IOException {
    return predict(ImageSource.of(bgr));
  }

  /** Predicts on an image from any source. Throws the same exceptions as {@link #predict(Path)}. */
  public Prediction predict(ImageSource image) throws IOException {
    return whileOpen(
        () -> {
          Image read = image.read();
          try {
            return predict(open, read);
          } finally {
            image.release(read);
          }
        });
  }

  private static <R> Prediction predict(OpenModel<R> model, Image image) throws IOException {
    return Prediction.of(
        model.session().task(), image.size(), model.session().predict(image), model.classes());
  }

  /**
   * Predicts on several images and returns the results in the same order.
   *
   * @param batch the maximum batch size
   * @throws IOException if an image cannot be used, or the run fails
   */
  public List<Prediction> predict(List<? extends ImageSource> images, int batch)
      throws IOException {
    Prediction[] all = new Prediction[images.size()];
    predict(images, batch, (index, image, prediction) -> all[index] = prediction);
    return Arrays.asList(all);
  }

  /**
   * Predicts on any number of images. Other threads decode ahead, and only a few images are in
   * memory at a time.
   *
   * @param batch the maximum batch size
   * @throws java.io.InterruptedIOException if the handler cancels the run, or the thread is
   *     interrupted; the handler has received all results computed so far
   * @throws IOException if the handler throws it, or the run fails
   * @throws IllegalArgumentException if {@code batch} is less than 1
   */
  public void predict(List<? extends ImageSource> images, int batch, PredictionHandler handler)
      throws IOException {
    if (batch < 1) {
      throw new IllegalArgumentException("batch is " + batch + ", expected at least 1");
    }
    whileOpen(
        () -> {
          predict(open, images, batch, handler);
          return null;
        });
  }

  private static <R> void predict(
      OpenModel<R> model, List<? extends ImageSource> images, int batch, PredictionHandler handler)
      throws IOException {
    List<Job> jobs =
        IntStream.range(0, images.size()).mapToObj(i -> Job.of(i, images.get(i))).toList();
    model
        .session()
        .pipeline(PipelineSettings.ofCalls(batch, model.settings().device()), new StageClock())
        .run(
            jobs,
            (job, image, result) -> {
              handler.accept(
                  job.id(),
                  image,
                  Prediction.of(model.session().task(), image.size(), result, model.classes()));
              return job;
            },
            new Pipeline.Sink<Job>() {
              @Override
              public void accept(Job job, Job done) {}

              @Override
              public void failed(Job job, IOException reason) throws IOException {
                handler.failed(job.id(), reason);
              }

              @Override
              public boolean cancelled() {
                return handler.cancelled();
              }
            });
  }

  /**
   * Compiles the plans for images of these sizes and runs each plan once, so that the first real
   * image does not wait for compilation.
   *
   * @throws IOException if a plan cannot be compiled
   */
  public void warmUp(List<Size> sizes) throws IOException {
    whileOpen(
        () -> {
          for (Size size : sizes) {
            open.session().warmUp(size);
          }
          return null;
        });
  }

  /**
   * Runs the model over a data set and scores the results.
   *
   * @throws java.io.InterruptedIOException if the progress listener cancels the run, or the thread
   *     is interrupted; if {@link EvaluationOptions.Builder#out} is set, the next run resumes it
   * @throws IOException if a file cannot be read or written; or, after all other images are done,
   *     if some images could not be used, with their names
   * @throws IllegalArgumentException if the annotations do not match the model's task
   */
  public EvaluationReport evaluate(EvaluationOptions options) throws IOException {
    return whileOpen(() -> Evaluations.run(open, options));
  }

  /**
   * Exports the model to an ONNX file, and verifies that the file computes the same results as the
   * model.
   *
   * @return the files written, the model last, and the result of the check
   * @throws IOException if a file cannot be written, or its results differ
   * @throws IllegalArgumentException if the model does not support the size, or is an exported file
   *     itself
   */
  public ExportReport export(ExportOptions options) throws IOException {
    return whileOpen(() -> Exports.write(open, options));
  }

  /** Returns how many plans were compiled and reused so far. */
  PlanCache.Statistics plans() {
    return open.session().plans().statistics();
  }

  /**
   * Runs a call and keeps the model open until the call returns.
   *
   * @throws IllegalStateException if the model is closed
   */
  private <T> T whileOpen(Call<T> call) throws IOException {
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("the model is closed");
      }
      running++;
    }
    try {
      return call.run();
    } finally {
      boolean last;
      synchronized (this) {
        running--;
        last = closed && running == 0;
      }
      if (last) {
        open.close();
      }
    }
  }

  /**
   * Closes the model. Its resources are released when all running calls have returned. Later calls
   * throw {@link IllegalStateException}. Closing a model twice has no effect.
   */
  @Override
  public void close() throws IOException {
    boolean idle;
    synchronized (this) {
      idle = !closed && running == 0;
      closed = true;
    }
    if (idle) {
      open.close();
    }
  }
}
