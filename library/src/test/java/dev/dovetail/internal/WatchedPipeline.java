package dev.dovetail.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.dovetail.core.DType;
import dev.dovetail.formats.ClassScores;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageSource;
import dev.dovetail.images.Preparation;
import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import dev.dovetail.tasks.classification.ClassificationTask;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;

/**
 * A pipeline whose passes a test can hold. Its model computes the logarithm of an image's
 * brightness, which is not finite for black images.
 */
abstract class WatchedPipeline {

  static final Size SMALL = new Size(4, 6);
  static final Size LARGE = new Size(8, 6);
  static final int WORKERS = 2;
  static final ClassificationTask TASK = new ClassificationTask(3);
  static final Preparation UNCHANGED = new Preparation(List.of(), 1);

  final AtomicReference<WatchedPlans.Hook> hook = new AtomicReference<>(index -> {});
  final WatchedPlans plans = plans();
  final AtomicLong time = new AtomicLong();
  final StageClock clock = new StageClock(time::get);

  /** The images that were processed, in order. */
  final List<Integer> finished = Collections.synchronizedList(new ArrayList<>());

  WatchedPlans plans() {
    try {
      WeightBinding none = WeightBinding.of(Map.of(), DerivedFiles.standard());
      return new WatchedPlans(
          CompiledPlans.of(PipelineTest::graph, none, Settings.cpu().threads(1), Long.MAX_VALUE),
          index -> hook.get().leased(index));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Graph graph(PlanKey key) {
    Trace trace = new Trace();
    Scope root = trace.root();
    Size size = key.padded();
    Tensor pixels = trace.input("image", DType.UINT8, key.batch(), size.height(), size.width(), 3);
    Tensor brightness = pixels.cast(DType.FLOAT32).mean(1, false).mean(1, false);
    return trace.graph(Map.of("scores", root.finite("logarithm", brightness.log())));
  }

  @AfterEach
  void closePlans() {
    plans.close();
  }

  /** An image whose pixels all have one value. */
  static class Uniform implements ImageSource {

    private final int value;
    private final Size size;

    Uniform(int value, Size size) {
      this.value = value;
      this.size = size;
    }

    @Override
    public String name() {
      return "image " + value;
    }

    @Override
    public Image read() throws IOException {
      byte[] pixels = new byte[Math.toIntExact(size.pixels() * 3)];
      Arrays.fill(pixels, (byte) value);
      return Image.of(size, pixels);
    }

    @Override
    public Size size() {
      return size;
    }
  }

  /** Creates the source of an image. */
  interface Sources {
    ImageSource of(int index);
  }

  static List<Job> jobs(int count, Sources sources) {
    return IntStream.range(0, count).mapToObj(i -> Job.of(i, sources.of(i))).toList();
  }

  static List<Job> jobs(int count) {
    return jobs(count, i -> new Uniform(i + 1, SMALL));
  }

  static PipelineSettings settings(int batch, int passes) {
    return new PipelineSettings(batch, false, WORKERS, passes, false);
  }

  Pipeline<ClassScores> pipeline(PipelineSettings settings) {
    return new Session<>(TASK, UNCHANGED, plans).pipeline(settings, clock);
  }

  /** Verifies the result of an image, and records that it was processed. */
  Job finish(Job job, Image image, ClassScores result) throws IOException {
    float value = (float) Math.log(image.at(0, 0, 0));
    for (float score : result.scores()) {
      assertEquals(value, score, 1e-5f, job.source().name());
    }
    finished.add(job.id());
    return job;
  }

  /** The images that the run delivered, in order. */
  static class Delivered implements Pipeline.Sink<Job> {

    final List<Integer> ids = new ArrayList<>();
    final List<String> failures = new ArrayList<>();
    int checks;

    @Override
    public void accept(Job job, Job done) {
      assertSame(job, done);
      ids.add(job.id());
    }

    @Override
    public void failed(Job job, IOException reason) {
      failures.add(job.id() + ": " + reason.getMessage());
    }

    @Override
    public boolean cancelled() {
      checks++;
      return false;
    }
  }

  static List<Integer> upTo(int count) {
    return IntStream.range(0, count).boxed().toList();
  }
}
