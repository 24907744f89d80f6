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
 * A model that is open and ready to run. Safe for several threads: they share its weights and
 * compiled plans. A plan is compiled for each padded image size that comes up; a bounded number of
 * them is kept between calls.
 */
public final class DovetailModel implements AutoCloseable {

  /** What runs on an open model. */
  private interface Call<T> {
    T run() throws IOException;
  }

  private final OpenModel<?> open;
  private int running;
  private boolean closed;

  DovetailModel(OpenModel<?> open) {
    this.open = open;
  }

  /** The task's name, such as {@code detection} or {@code semantic}. */
  public String task() {
    return open.session().task().name();
  }

  /** The names of the classes in the order of their labels; empty if they are unknown. */
  public List<String> classes() {
    return open.classes();
  }

  /** The columns of {@link Prediction#rows}. */
  public List<String> columns() {
    return presentation(open).columns();
  }

  /** Whether {@link Prediction#save} draws a picture. */
  public boolean draws() {
    return presentation(open).draws();
  }

  /** Whether {@link Prediction#saveCutouts} can write any: the model finds objects with boxes. */
  public boolean findsObjects() {
    return presentation(open).findsObjects();
  }

  /** The classes that are stuff, whose pixels in an image are one segment, of a panoptic model. */
  public List<Integer> stuff() {
    return presentation(open).stuff();
  }

  /** The names of the files that {@link Prediction#save} writes for an image. */
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
   * The result for an image file.
   *
   * @throws IOException if the file cannot be read or is no complete image, or the run fails
   * @throws IllegalArgumentException if the image has a size that the model does not take
   */
  public Prediction predict(Path file) throws IOException {
    return predict(ImageSource.of(file));
  }

  /** The result for the content of an image file; throws as {@link #predict(Path)} does. */
  public Prediction predict(byte[] content) throws IOException {
    return predict(ImageSource.of(content, "the image"));
  }

  /**
   * The result for a stream with the content of an image file, which is read to its end; throws as
   * {@link #predict(Path)} does.
   */
  public Prediction predict(InputStream content) throws IOException {
    return predict(ImageSource.of(content, "the image"));
  }

  /** The result for an image of Java2D; throws as {@link #predict(Path)} does. */
  public Prediction predict(BufferedImage image) throws IOException {
    return predict(ImageSource.of(image));
  }

  /** The result for an 8-bit BGR matrix of OpenCV; throws as {@link #predict(Path)} does. */
  public Prediction predict(Mat bgr) throws IOException {
    return predict(ImageSource.of(bgr));
  }

  /** The result for an image from anywhere; throws as {@link #predict(Path)} does. */
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
   * The results for several images, in their order.
   *
   * @param batch the most images in one pass
   * @throws IOException if an image cannot be used, or the run fails
   */
  public List<Prediction> predict(List<? extends ImageSource> images, int batch)
      throws IOException {
    Prediction[] all = new Prediction[images.size()];
    predict(images, batch, (index, image, prediction) -> all[index] = prediction);
    return Arrays.asList(all);
  }

  /**
   * Runs the model over any number of images. Images are decoded ahead on other threads, and only a
   * few are in memory at a time.
   *
   * @param batch the most images in one pass
   * @throws java.io.InterruptedIOException if the handler cancels the run, or the thread is
   *     interrupted; the handler has got what was computed by then
   * @throws IOException if the handler throws it, or the run fails
   * @throws IllegalArgumentException if {@code batch} is below 1
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
        .pipeline(PipelineSettings.ofCalls(batch), new StageClock())
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
   * Compiles the plans for images of these sizes and runs each once, so that the first real image
   * does not wait.
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
   * Runs the model over a data set and scores it.
   *
   * @throws java.io.InterruptedIOException if the progress cancels the run, or the thread is
   *     interrupted; with {@link EvaluationOptions.Builder#out} the next run does the rest
   * @throws IOException at the end if images could not be used, naming them; or if a file cannot be
   *     read or written
   * @throws IllegalArgumentException if the annotations do not suit the model's task
   */
  public EvaluationReport evaluate(EvaluationOptions options) throws IOException {
    return whileOpen(() -> Evaluations.run(open, options));
  }

  /**
   * Writes the model as an ONNX file, and checks that the file computes what the model does.
   *
   * @return the files written, the model first
   * @throws IOException if a file cannot be written, or its results differ
   * @throws IllegalArgumentException if the model does not take that size, or is an exported file
   */
  public ExportReport export(ExportOptions options) throws IOException {
    return whileOpen(() -> Exports.write(open, options));
  }

  /** What has happened to the plans so far. */
  PlanCache.Statistics plans() {
    return open.session().plans().statistics();
  }

  /**
   * Runs a call, so that the model stays open until its end.
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
   * Gives back what the model holds, as soon as the calls end that are running. Later calls throw
   * {@link IllegalStateException}. A second time this does nothing.
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
