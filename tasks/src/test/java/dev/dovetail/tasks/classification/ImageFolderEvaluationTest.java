package dev.dovetail.tasks.classification;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.dovetail.formats.ClassScores;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.tasks.DataMismatchException;
import dev.dovetail.tasks.Evaluation;
import dev.dovetail.tasks.EvaluationData;
import dev.dovetail.tasks.Metrics;
import dev.dovetail.tasks.OutputFolder;
import dev.dovetail.tasks.ResultStore;
import dev.dovetail.tasks.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderEvaluationTest {

  @TempDir private Path folder;
  private final Warnings warnings = new Warnings(Strictness.LENIENT);

  private void image(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.createFile(file);
  }

  private Evaluation<ClassScores> of(int classes, String... names) throws IOException {
    return new ClassificationTask(classes)
        .evaluation(new EvaluationData(folder, folder, warnings), List.of(names));
  }

  private static void assertSays(
      Class<? extends Exception> type, Executable action, String... words) {
    String message = assertThrows(type, action).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
  }

  private static Metrics metrics(Evaluation<ClassScores> evaluation, float[]... scores)
      throws IOException {
    List<Sample> samples = evaluation.samples();
    assertEquals(scores.length, samples.size());
    for (Sample sample : samples) {
      evaluation.score(sample, evaluation.canonical(new ClassScores(scores[sample.index()])));
    }
    return evaluation.metrics();
  }

  private static float[] scores(double... values) {
    float[] scores = new float[values.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) values[i];
    }
    return scores;
  }

  @Test
  void withoutNamesTheSortedFoldersAreTheLabels() throws IOException {
    image("dog/1.png");
    image("cat/1.png");
    image("cat/2.png");
    Metrics metrics = metrics(of(2), scores(0.6, 0.4), scores(0.3, 0.7), scores(0.1, 0.9));
    assertEquals(2 / 3.0, metrics.value("top1"));
    assertEquals(3, metrics.value("images"));
    assertEquals(0.5, metrics.value("top1_per_class.cat"));
    assertEquals(1, metrics.value("top1_per_class.dog"));
    assertTrue(metrics.value("top1_interval.low") <= 2 / 3.0);
    assertTrue(metrics.value("top1_interval.high") > 2 / 3.0);
    assertFalse(metrics.values().containsKey("top5"));
  }

  @Test
  void namesDetermineTheLabelsOfFolders() throws IOException {
    image("cat/1.png");
    image("dog/1.png");
    Metrics metrics = metrics(of(2, "dog", "cat"), scores(0.9, 0.1), scores(0.7, 0.3));
    assertEquals(1, metrics.value("top1_per_class.dog"));
    assertEquals(0, metrics.value("top1_per_class.cat"));
  }

  /** The order of topk for ties: the lower index first. */
  @Test
  void tiesAreResolvedByTheLowerLabel() throws IOException {
    for (char c = 'a'; c <= 'g'; c++) {
      image(c + "/1.png");
    }
    float[] equal = new float[7];
    Arrays.fill(equal, 1 / 7f);
    Metrics metrics = metrics(of(7), equal, equal, equal, equal, equal, equal, equal);
    assertEquals(1 / 7.0, metrics.value("top1"));
    assertEquals(5 / 7.0, metrics.value("top5"));
    assertEquals(1, metrics.value("top1_per_class.a"));
    assertEquals(0, metrics.value("top1_per_class.b"));
    // One certain class and zeros elsewhere: the first four zeros are among the best.
    float[] certain = scores(0, 0, 0, 0, 0, 0, 1);
    metrics = metrics(of(7), certain, certain, certain, certain, certain, certain, certain);
    assertEquals(1 / 7.0, metrics.value("top1"));
    assertEquals(5 / 7.0, metrics.value("top5"));
  }

  @Test
  void resultsOfAnEarlierRunAreScoredUnchanged() throws IOException {
    for (char c = 'a'; c <= 'h'; c++) {
      image(c + "/1.png");
      image(c + "/2.png");
    }
    Random random = new Random(5);
    List<ClassScores> results = new ArrayList<>();
    Path run = folder.resolveSibling(folder.getFileName() + "-run");
    Evaluation<ClassScores> fresh = of(8);
    Evaluation<ClassScores> resumed = of(8);
    try (OutputFolder out = OutputFolder.open(run, JsonNodeFactory.instance.objectNode());
        ResultStore<ClassScores> store = fresh.store(out)) {
      for (Sample sample : fresh.samples()) {
        float[] s = new float[8];
        for (int i = 0; i < s.length; i++) {
          s[i] = random.nextInt(4) / 8f;
        }
        ClassScores canonical = fresh.canonical(new ClassScores(s));
        assertArrayEquals(new ClassScores(s).best(5), canonical.best(5));
        results.add(canonical);
        store.write(sample, canonical);
        fresh.score(sample, canonical);
      }
    }
    try (OutputFolder out = OutputFolder.open(run, JsonNodeFactory.instance.objectNode());
        ResultStore<ClassScores> store = resumed.store(out)) {
      for (Sample sample : resumed.samples()) {
        assertTrue(store.holds(sample));
      }
      store.finish(
          resumed.samples(),
          (sample, result) -> {
            assertArrayEquals(results.get(sample.index()).scores(), result.scores());
            resumed.score(sample, result);
          });
    }
    assertEquals(fresh.metrics(), resumed.metrics());
    List<String> lines = Files.readAllLines(run.resolve("predictions.jsonl"));
    assertEquals(16, lines.size());
    assertTrue(
        lines.get(0).startsWith("{\"image\":\"a/1.png\",\"classes\":[{\"label\":"), lines.get(0));
  }

  @Test
  void foldersNamedByWordNetIdsAreTheClassesOfImageNet() throws IOException {
    image("n01443537/1.png");
    image("n01440764/1.png");
    Metrics metrics = metrics(of(2, "tench", "goldfish"), scores(0.9, 0.1), scores(0.2, 0.8));
    assertEquals(1, metrics.value("top1"));
    assertTrue(warnings.entries().get(0).toString().contains("WordNet"));
    assertSays(FormatException.class, () -> of(3, "tench", "goldfish", "shark"), "class 'tench'");
  }

  @Test
  void foldersThatDoNotMatchTheClassesAreRejected() throws IOException {
    image("cat/1.png");
    image("dog/1.png");
    assertSays(
        FormatException.class,
        () -> of(2, "cat", "horse"),
        "no directory for the class 'horse'",
        "[cat, dog]");
    assertSays(
        IllegalArgumentException.class,
        () -> of(3),
        "directories for 2 classes",
        "has 3 classes",
        "'classes' in the config");
    assertSays(IllegalArgumentException.class, () -> of(3, "cat", "dog"), "2 class names");
    of(2, "cat", "dog");
    image("eel/1.png");
    assertEquals(2, of(2, "cat", "dog").samples().size());
    assertTrue(
        warnings
            .entries()
            .get(0)
            .toString()
            .contains("directories that are not classes (ignored)"));
  }

  @Test
  void onlyTheFolderOfClassFoldersIsAccepted() throws IOException {
    image("cat/1.png");
    image("dog/1.png");
    Path file = folder.resolve("cat/1.png");
    ClassificationTask task = new ClassificationTask(2);
    assertSays(
        DataMismatchException.class,
        () -> task.evaluation(new EvaluationData(folder, file, warnings), List.of()),
        "is a file",
        "a directory of images for each class");
    assertSays(
        DataMismatchException.class,
        () ->
            task.evaluation(new EvaluationData(folder.resolve("cat"), folder, warnings), List.of()),
        "are different directories",
        "both must be the directory");
    Path dotted = folder.resolve("cat/..");
    assertEquals(
        2,
        task.evaluation(new EvaluationData(dotted, folder, warnings), List.of()).samples().size());
  }

  @Test
  void aClassWithoutImagesHasNoValue() throws IOException {
    image("cat/1.png");
    Files.createDirectories(folder.resolve("dog"));
    Metrics metrics = metrics(of(2), scores(1, 0));
    assertTrue(Double.isNaN(metrics.value("top1_per_class.dog")));
    assertEquals(1, metrics.value("top1"));
    assertEquals(
        Map.of("low", 1.0, "high", 1.0, "confidence", 0.95), metrics.values().get("top1_interval"));
    assertTrue(warnings.entries().get(0).toString().contains("a class without images"));
  }

  @Test
  void aLimitSelectsTheFirstImagesAndTheirClasses() throws IOException {
    image("cat/1.png");
    image("cat/2.png");
    image("dog/1.png");
    Evaluation<ClassScores> two =
        new ClassificationTask(2)
            .evaluation(new EvaluationData(folder, folder, 2, warnings), List.of());
    assertEquals(
        List.of("cat/1.png", "cat/2.png"), two.samples().stream().map(Sample::name).toList());
    assertEquals(0.5, metrics(two, scores(1, 0), scores(0, 1)).value("top1"));
  }
}
