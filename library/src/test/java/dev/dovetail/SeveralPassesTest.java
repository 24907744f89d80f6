package dev.dovetail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.images.ImageSource;
import dev.dovetail.internal.CompiledPlans;
import dev.dovetail.internal.EvaluationRun;
import dev.dovetail.internal.Job;
import dev.dovetail.internal.Pipeline;
import dev.dovetail.internal.PipelineSettings;
import dev.dovetail.internal.Session;
import dev.dovetail.internal.StageClock;
import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Settings;
import dev.dovetail.tasks.Evaluation;
import dev.dovetail.tasks.EvaluationData;
import dev.dovetail.tasks.OutputFolder;
import dev.dovetail.tasks.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs with several passes in progress, as on a GPU, compared with one pass at a time. */
@Tag("slow")
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SeveralPassesTest {

  private static final String[] CLASSES = {"sky", "cat", "dog"};

  @TempDir private Path folder;

  /** Something done with the session of a model. */
  private interface Use {
    <R> void apply(Session<R> session) throws IOException;
  }

  private static void use(TinyModel tiny, List<String> overrides, Use use) throws IOException {
    ModelConfig config = ModelConfig.read(tiny.config(), overrides, PartRegistry.load());
    use(tiny, config.model(), use);
  }

  private static <R> void use(TinyModel tiny, Model<?, R> model, Use use) throws IOException {
    try (LoadedModel loaded = LoadedModel.open(model, tiny.weights(), false);
        Session<R> session =
            Session.of(
                model,
                CompiledPlans.of(
                    model, loaded.weights(), Settings.cpu().threads(1), Long.MAX_VALUE))) {
      use.apply(session);
    }
  }

  private static PipelineSettings settings(int batch, int passes) {
    return PipelineSettings.ofRun(batch, new Device.Cpu()).withPasses(passes);
  }

  /** Images of four sizes, two of which have the same padded size. */
  private static List<Job> jobs() {
    int[][] sizes = {{40, 60}, {64, 60}, {60, 40}, {30, 90}};
    return IntStream.range(0, 20)
        .mapToObj(
            i -> {
              int[] size = sizes[i * i % 7 % sizes.length];
              return Job.of(i, ImageSource.of(TinyModel.image(i, size[0], size[1])));
            })
        .toList();
  }

  /** Collects results as text in the order of their delivery. */
  private record Collected(List<String> results) implements Pipeline.Sink<String> {
    @Override
    public void accept(Job job, String result) {
      results.add(job.id() + ": " + result);
    }

    @Override
    public void failed(Job job, IOException reason) throws IOException {
      throw reason;
    }
  }

  private static <R> List<String> run(Session<R> session, int batch, int passes)
      throws IOException {
    Collected results = new Collected(new ArrayList<>());
    session
        .pipeline(settings(batch, passes), new StageClock())
        .run(
            jobs(),
            (job, image, result) ->
                Prediction.of(session.task(), image.size(), result, List.of(CLASSES)).toJson(),
            results);
    return results.results();
  }

  private static void assertPassesDoNotMatter(TinyModel tiny, String... overrides)
      throws IOException {
    use(
        tiny,
        List.of(overrides),
        new Use() {
          @Override
          public <R> void apply(Session<R> session) throws IOException {
            for (int batch : new int[] {1, 3}) {
              List<String> expected = run(session, batch, 1);
              assertEquals(20, expected.size());
              for (int passes = 2; passes <= 3; passes++) {
                assertEquals(
                    expected, run(session, batch, passes), passes + " passes, batches of " + batch);
              }
            }
          }
        });
  }

  @Test
  void resultsOfAllTasksEqualThoseOfOnePassAtATime() throws IOException {
    assertPassesDoNotMatter(TinyModel.detector(folder, CLASSES));
    assertPassesDoNotMatter(TinyModel.segmenter(folder, CLASSES));
    assertPassesDoNotMatter(TinyModel.panoptic(folder, CLASSES));
    assertPassesDoNotMatter(TinyModel.classifier(folder, CLASSES));
  }

  @Test
  void resultsOfSeveralViewsEqualThoseOfOnePassAtATime() throws IOException {
    String flip = "test.augment.flip=true";
    assertPassesDoNotMatter(TinyModel.detector(folder, CLASSES), flip);
    assertPassesDoNotMatter(TinyModel.segmenter(folder, CLASSES), flip);
  }

  private <R> Map<String, Object> evaluate(
      Session<R> session, CocoSet set, Path out, int passes, Progress progress) throws IOException {
    EvaluationOptions options = set.options();
    Evaluation<R> evaluation =
        session
            .task()
            .evaluation(
                new EvaluationData(
                    options.images(),
                    options.annotations(),
                    options.limit(),
                    new Warnings(Strictness.LENIENT)),
                List.of(CLASSES));
    StageClock clock = new StageClock();
    try (OutputFolder folder = OutputFolder.open(out, JsonNodeFactory.instance.objectNode())) {
      return new EvaluationRun<>(
              session.pipeline(settings(2, passes), clock), evaluation, folder, progress, clock)
          .evaluate()
          .values();
    }
  }

  @Test
  void aCancelledEvaluationIsResumedWhereItStopped() throws IOException {
    CocoSet set = CocoSet.write(folder, 30, CLASSES);
    use(
        TinyModel.detector(folder, CLASSES),
        List.of(),
        new Use() {
          @Override
          public <R> void apply(Session<R> session) throws IOException {
            Path whole = folder.resolve("whole");
            Path parts = folder.resolve("parts");
            Object expected = evaluate(session, set, whole, 1, After.never());
            assertThrows(
                InterruptedIOException.class, () -> evaluate(session, set, parts, 2, new After(5)));
            After rest = After.never();
            assertEquals(expected, evaluate(session, set, parts, 2, rest));
            assertTrue(rest.before >= 5 && rest.before < 30, rest.before + " were kept");
            assertEquals(30 - rest.before, rest.done);
            for (String name : List.of("bbox.json", "segm.json")) {
              assertEquals(-1, Files.mismatch(whole.resolve(name), parts.resolve(name)), name);
            }
          }
        });
  }
}
