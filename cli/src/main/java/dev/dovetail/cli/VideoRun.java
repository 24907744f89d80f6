package dev.dovetail.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dovetail.DovetailModel;
import dev.dovetail.Prediction;
import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.cli.inputs.Input;
import dev.dovetail.files.OutputException;
import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageSource;
import dev.dovetail.images.video.VideoFrame;
import dev.dovetail.images.video.VideoLibrary;
import dev.dovetail.images.video.VideoReader;
import dev.dovetail.images.video.VideoWriter;
import dev.dovetail.images.video.Webcam;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs a model on the frames of one video, and writes a video of the drawn predictions and one line
 * of JSON per frame. While the model processes a frame, another thread draws and compresses the
 * previous frames.
 */
final class VideoRun implements Closeable {

  static final String PICTURES = ".mp4";
  static final String LINES = ".jsonl";

  /** The part of the name before the extension while a file is being written. */
  static final String PART = ".part";

  /** The maximum number of frames that wait to be drawn. */
  private static final int WAITING = 4;

  private static final double MICROSECOND = 1e6;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * Settings that all videos of a run share.
   *
   * @param out the output directory
   * @param library reads and writes videos; null if all inputs are webcams and nothing is drawn
   * @param threshold the minimum score of objects
   * @param every the stride: one of this many frames is processed
   */
  record Settings(
      Path out,
      PictureOptions picture,
      @Nullable VideoLibrary library,
      float threshold,
      int every) {

    VideoReader open(Input input) throws IOException {
      return input.kind() == Input.Kind.CAMERA || library == null
          ? Webcam.open(input.file())
          : library.open(input.file(), input.name());
    }
  }

  /**
   * The result of a video.
   *
   * @param size the size of the frames
   * @param json its results
   * @param files the files that were written
   * @param sentence a summary in words
   * @param notes sentences about what is missing
   */
  record Summary(
      Size size, Map<String, Object> json, String files, String sentence, List<String> notes) {}

  private final Settings settings;
  private final DovetailModel model;
  private final String name;
  private final @Nullable OutputFile video;
  private final @Nullable VideoWriter pictures;
  private final OutputFile list;
  private final BufferedWriter lines;
  private final ExecutorService drawer =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "dovetail-frames");
            thread.setDaemon(true);
            return thread;
          });
  private final Deque<Future<?>> waiting = new ArrayDeque<>();
  private final @Nullable Path sound;
  private final List<String> notes = new ArrayList<>();
  private @Nullable Size size;
  private long processed;

  /**
   * Creates a run.
   *
   * @param input the video, whose sound is copied
   * @param name the file name of the results, without extension
   * @param frameRate the frame rate of the video; 0 if unknown
   */
  VideoRun(Settings settings, DovetailModel model, Input input, String name, double frameRate)
      throws IOException {
    this.sound = input.kind() == Input.Kind.VIDEO ? input.file() : null;
    this.settings = settings;
    this.model = model;
    this.name = name;
    this.list = OutputFile.create(file(LINES), name + PART + LINES);
    this.lines = new BufferedWriter(new OutputStreamWriter(list.open(), StandardCharsets.UTF_8));
    boolean draws = model.draws() && settings.library() != null;
    this.video = draws ? OutputFile.create(file(PICTURES), name + PART + PICTURES) : null;
    this.pictures =
        draws ? settings.library().create(video.fresh(), frameRate / settings.every()) : null;
  }

  private Path file(String ending) {
    return settings.out().resolve(name + ending);
  }

  /**
   * Processes all frames, or those until the progress is canceled, and writes their results.
   *
   * @return the result; empty if the run was stopped before the first frame
   */
  Optional<Summary> run(VideoReader frames, ConsoleProgress progress) throws IOException {
    OptionalLong total = frames.frames();
    progress.start(total.isPresent() ? steps(total.getAsLong()) : -1, 0);
    long start = System.nanoTime();
    for (long index = 0; !progress.cancelled(); index++) {
      if (index % settings.every() != 0) {
        if (!frames.skip()) {
          break;
        }
        continue;
      }
      Optional<VideoFrame> frame = frames.next();
      if (frame.isEmpty()) {
        break;
      }
      take(index, frame.get());
      progress.step();
    }
    await(0);
    progress.close();
    return size == null ? Optional.empty() : Optional.of(commit(size, start));
  }

  private void take(long index, VideoFrame frame) throws IOException {
    Prediction found = model.predict(ImageSource.of(frame.image())).above(settings.threshold());
    size = size == null ? frame.image().size() : size;
    processed++;
    waiting.add(
        drawer.submit(
            () -> {
              finish(index, frame, found);
              return null;
            }));
    await(WAITING);
  }

  private int steps(long frames) {
    return (int) Math.min(Integer.MAX_VALUE, (frames - 1) / settings.every() + 1);
  }

  /** Waits until at most {@code left} frames are waiting to be drawn. */
  private void await(int left) throws IOException {
    while (waiting.size() > left) {
      try {
        waiting.remove().get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw (IOException) new InterruptedIOException("the run was interrupted").initCause(e);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException reason) {
          throw reason;
        }
        throw new IllegalStateException(e.getCause());
      }
    }
  }

  private void finish(long index, VideoFrame frame, Prediction found) throws IOException {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("frame", index);
    line.put("time", Math.round(frame.seconds() * MICROSECOND) / MICROSECOND);
    line.putAll(found.toMap());
    PictureOptions picture = settings.picture();
    if (picture.cutsOut()) {
      line.put(
          PictureOptions.CROPS,
          picture.cutOut(found, frame.image(), settings.out(), name + "-" + index));
    }
    lines.write(JSON.writeValueAsString(line));
    lines.write('\n');
    lines.flush(); // in case the program is killed
    if (pictures != null) {
      Image drawn = found.draw(frame.image(), picture.style().forVideo());
      try {
        pictures.write(drawn, frame.seconds());
      } catch (IOException e) {
        throw new OutputException(file(PICTURES), e);
      }
    }
  }

  private Summary commit(Size frames, long start) throws IOException {
    lines.close();
    list.commit();
    Map<String, Object> json = new LinkedHashMap<>();
    String files = file(LINES).toString();
    if (pictures != null && video != null) {
      Path drawn = video.fresh();
      try {
        pictures.close();
      } catch (IOException e) {
        throw new OutputException(file(PICTURES), e);
      }
      OutputFile.write(
          file(PICTURES),
          fresh ->
              settings
                  .library()
                  .finish(drawn, sound, fresh)
                  .ifPresent(why -> notes.add(why + " and is omitted")));
      json.put("video", name + PICTURES);
      files = file(PICTURES) + " and " + files;
    }
    json.put("frames", name + LINES);
    json.put("frame_count", processed);
    double seconds = (System.nanoTime() - start) * 1e-9;
    String sentence =
        String.format(
            Locale.ROOT,
            "%d frame%s in %.1f s (%.1f per second), %s",
            processed,
            processed == 1 ? "" : "s",
            seconds,
            processed / seconds,
            files);
    return new Summary(frames, json, files, sentence, List.copyOf(notes));
  }

  @Override
  public void close() throws IOException {
    drawer.shutdownNow();
    boolean drawn = false;
    while (!drawn) {
      try {
        drawn = drawer.awaitTermination(1, TimeUnit.DAYS);
      } catch (InterruptedException e) {
        // The drawing thread uses memory that is freed next.
      }
    }
    try {
      if (pictures != null) {
        pictures.close();
      }
    } catch (IOException e) {
      // The run has already failed with its own message.
    }
    list.close();
    if (video != null) {
      video.close();
    }
  }
}
