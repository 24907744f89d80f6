package dev.dovetail.train.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dovetail.Dovetail;
import dev.dovetail.DovetailModel;
import dev.dovetail.TrainingData;
import dev.dovetail.TrainingListener;
import dev.dovetail.TrainingOptions;
import dev.dovetail.TrainingReport;
import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageWriter;
import dev.dovetail.sample.SampleOptions;
import dev.dovetail.sample.SampleSet;
import dev.dovetail.tasks.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole training runs of tiny models through the public API. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrainerTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final String BACKBONE =
      "'backbone': {'type': 'vit', 'width': 16, 'depth': 2, 'heads': 2, 'pretrainSize': 64},";

  private static final String RECIPE =
      "'batch': 2, 'optimizer': {'learningRate': 2e-3, 'layerDecay': 1}, 'schedule': {'type': 'cosine',"
          + " 'warmup': 0}, 'dropPath': 0.1, 'logEvery': 1";

  /** A kind of model that can be trained. */
  private enum Kind {
    DETECTION("loss_cls"),
    SEGMENTATION("loss_decode"),
    CLASSIFICATION("loss_cls");

    private final String term;

    Kind(String term) {
      this.term = term;
    }
  }

  @TempDir private static Path temp;
  private Path scenes;
  private Path folders;

  @BeforeAll
  void drawSets() throws IOException {
    scenes = temp.resolve("scenes");
    SampleSet.draw(scenes, new SampleOptions(6, 3, new Size(64, 96), 0));
    folders = temp.resolve("folders");
    for (int i = 0; i < 8; i++) {
      byte[] pixels = new byte[32 * 32 * 3];
      Arrays.fill(pixels, (byte) (i % 2 == 0 ? 20 + i : 220 - i));
      Path file = folders.resolve(i % 2 == 0 ? "dark" : "light").resolve(i + ".png");
      Files.createDirectories(file.getParent());
      ImageWriter.write(file, Image.of(new Size(32, 32), pixels));
    }
  }

  private Path config(Kind kind) throws IOException {
    String text =
        switch (kind) {
          case DETECTION ->
              BACKBONE
                  + "'adapter': {'type': 'simple-pyramid', 'channels': 16}, 'neck': {'type': 'fpn',"
                  + " 'channels': 16}, 'head': {'type': 'mask-rcnn', 'classes': 80, 'proposals':"
                  + " {'channels': 16, 'anchors': {'scales': [4]}}, 'boxes': {'channels': 32},"
                  + " 'masks': {'channels': 16, 'convs': 1}}, 'preprocess': {'scale': [96, 64]},"
                  + " 'training': {'iterations': 6, 'sampling': {'anchors': 32, 'regions': 16},"
                  + " 'augmentation': {'type': 'multi_scale', 'shortEdges': [64], 'longEdge': 96},";
          case SEGMENTATION ->
              BACKBONE
                  + "'adapter': {'type': 'simple-pyramid', 'channels': 16}, 'head': {'type':"
                  + " 'upernet', 'classes': 14, 'channels': 16, 'auxiliary': {'channels': 16}},"
                  + " 'preprocess': {'scale': [96, 64], 'fit': 'resize'}, 'test': {'mode':"
                  + " 'whole'}, 'labels': {'reduceZero': true, 'ignore': 255}, 'training':"
                  + " {'iterations': 6, 'augmentation': {'type': 'segmentation', 'crop': [64, 64],"
                  + " 'longEdge': 96},";
          case CLASSIFICATION ->
              "'backbone': {'type': 'vit', 'width': 16, 'depth': 2, 'heads': 2, 'pretrainSize': 32,"
                  + " 'patchSize': 8}, 'head': {'type': 'classifier', 'classes': 2},"
                  + " 'preprocess': {'scale': [32, 32], 'fit': 'stretch', 'crop': []}, 'training':"
                  + " {'iterations': 6, 'augmentation': {'type': 'small_classification', 'crop':"
                  + " [32, 32]},";
        };
    Path file = temp.resolve(kind + ".json");
    Files.writeString(file, ("{" + text + RECIPE + "}}").replace('\'', '"'));
    return file;
  }

  private TrainingData data(Kind kind, String split) {
    Path images = scenes.resolve("images").resolve(split);
    Path annotations = scenes.resolve("annotations");
    return switch (kind) {
      case DETECTION ->
          new TrainingData(images, annotations.resolve("instances_" + split + ".json"));
      case SEGMENTATION -> new TrainingData(images, annotations.resolve(split));
      case CLASSIFICATION -> new TrainingData(folders, folders);
    };
  }

  private TrainingOptions.Builder options(Kind kind, String out) throws IOException {
    return TrainingOptions.of(config(kind).toString(), data(kind, "train"), temp.resolve(out));
  }

  /** Records events and stops training after some steps. */
  private static class Recorder implements TrainingListener {
    private final long most;
    private final List<Step> steps = new ArrayList<>();
    private final List<String> said = new ArrayList<>();
    private final List<Long> evaluated = new ArrayList<>();

    Recorder(long most) {
      this.most = most;
    }

    @Override
    public void stepped(Step step) {
      steps.add(step);
    }

    @Override
    public void evaluated(long iteration, Metrics metrics, boolean best) {
      evaluated.add(iteration);
    }

    @Override
    public boolean cancelled() {
      return steps.size() >= most;
    }

    @Override
    public void say(String line) {
      said.add(line);
    }
  }

  private static List<JsonNode> log(Path run) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("log.jsonl"))) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  @ParameterizedTest
  @EnumSource
  void aTrainedModelIsEvaluatedAndCanBeOpened(Kind kind) throws IOException {
    Recorder recorder = new Recorder(Long.MAX_VALUE);
    TrainingReport report =
        Dovetail.train(
            options(kind, kind + "-whole")
                .validation(data(kind, "val"))
                .set("training.evaluateEvery=3")
                .listener(recorder)
                .build());
    Path run = temp.resolve(kind + "-whole");
    assertEquals(6, recorder.steps.size());
    assertTrue(report.finished());
    assertEquals(List.of(3L, 6L), recorder.evaluated);
    assertTrue(recorder.steps.get(0).losses().containsKey(kind.term), recorder.steps::toString);
    assertEquals(8, log(run).size());
    assertTrue(Files.readString(report.page()).contains(kind.term));
    try (DovetailModel model =
        Dovetail.load(run.resolve("config.json"), report.best().orElseThrow().checkpoint())) {
      Path image = kind == Kind.CLASSIFICATION ? folders.resolve("dark/0.png") : anyImage();
      model.predict(image);
    }
  }

  private Path anyImage() throws IOException {
    try (var files = Files.list(scenes.resolve("images/val"))) {
      return files.findFirst().orElseThrow();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStoppedRunResumesToTheSameBytes(Kind kind) throws IOException {
    String average = "training.emaDecay=0.9";
    Dovetail.train(options(kind, kind + "-straight").set(average).build());
    Recorder recorder = new Recorder(4);
    TrainingReport stopped =
        Dovetail.train(options(kind, kind + "-stopped").set(average).listener(recorder).build());
    assertFalse(stopped.finished());
    assertEquals(4, stopped.iterations());
    Recorder rest = new Recorder(Long.MAX_VALUE);
    Dovetail.train(options(kind, kind + "-stopped").set(average).resume().listener(rest).build());
    assertEquals(2, rest.steps.size());
    for (String file : List.of("last.safetensors", "state.safetensors")) {
      assertArrayEquals(
          Files.readAllBytes(temp.resolve(kind + "-straight").resolve(file)),
          Files.readAllBytes(temp.resolve(kind + "-stopped").resolve(file)),
          file);
    }
    assertEquals(numbers(kind + "-straight"), numbers(kind + "-stopped"));
  }

  /** Returns the log without times. */
  private List<String> numbers(String run) throws IOException {
    return log(temp.resolve(run)).stream()
        .map(line -> line.path("iteration") + " " + line.path("losses") + line.path("rate"))
        .toList();
  }

  @Test
  void aKilledRunLosesAtMostOneInterval() throws IOException {
    // The files of a killed process: the state of step 2, and a log with later steps.
    Path run = temp.resolve("killed");
    Recorder recorder =
        new Recorder(Long.MAX_VALUE) {
          @Override
          public void stepped(Step step) {
            super.stepped(step);
            if (step.iteration() == 3) {
              throw new IllegalStateException("killed");
            }
          }
        };
    assertThrows(
        IllegalStateException.class,
        () ->
            Dovetail.train(
                options(Kind.SEGMENTATION, "killed")
                    .set("training.saveEvery=2")
                    .listener(recorder)
                    .build()));
    assertEquals(3, log(run).size());
    Files.writeString(
        run.resolve("log.jsonl"), Files.readString(run.resolve("log.jsonl")) + "{\"iterat");
    Recorder rest = new Recorder(Long.MAX_VALUE);
    Dovetail.train(
        options(Kind.SEGMENTATION, "killed")
            .set("training.saveEvery=2")
            .resume()
            .listener(rest)
            .build());
    assertEquals(3, rest.steps.get(0).iteration());
    assertEquals(
        List.of(1L, 2L, 3L, 4L, 5L, 6L),
        log(run).stream().map(line -> line.path("iteration").asLong()).toList());
  }

  @Test
  void aResumedRunEvaluatesTheWeightsOfItsState() throws IOException {
    // The files of a process that was killed after writing the state and before writing the
    // weights.
    Path run = temp.resolve("between");
    TrainingOptions.Builder options =
        options(Kind.SEGMENTATION, "between")
            .validation(data(Kind.SEGMENTATION, "val"))
            .set("training.evaluateEvery=3");
    Dovetail.train(options.listener(new Recorder(3)).build());
    Path last = run.resolve("last.safetensors");
    byte[] weights = Files.readAllBytes(last);
    List<String> lines = Files.readAllLines(run.resolve("log.jsonl"));
    assertEquals(4, lines.size());
    Files.write(run.resolve("log.jsonl"), lines.subList(0, 3));
    Files.delete(last);
    Recorder rest = new Recorder(0);
    Dovetail.train(options.resume().listener(rest).build());
    assertEquals(List.of(3L), rest.evaluated);
    assertEquals(lines, Files.readAllLines(run.resolve("log.jsonl")));
    assertArrayEquals(weights, Files.readAllBytes(last));
  }

  @Test
  void resumingWithoutARunIsNoted() throws IOException {
    Recorder recorder = new Recorder(0);
    Dovetail.train(options(Kind.CLASSIFICATION, "fresh").resume().listener(recorder).build());
    assertTrue(
        recorder.said.contains(
            temp.resolve("fresh") + " has no training run to resume; starting a new one"),
        recorder.said::toString);
  }

  @Test
  void anErrorInTheValidationSetIsFoundBeforeTheFirstStep() throws IOException {
    Path other = temp.resolve("other");
    for (String name : List.of("dark", "bright")) {
      Files.createDirectories(other.resolve(name));
      Files.copy(folders.resolve("dark/0.png"), other.resolve(name).resolve("0.png"));
    }
    IOException e =
        assertThrows(
            IOException.class,
            () ->
                Dovetail.train(
                    options(Kind.CLASSIFICATION, "unchecked")
                        .validation(new TrainingData(other, other))
                        .build()));
    assertTrue(e.getMessage().contains("'light'"), e::getMessage);
    assertFalse(Files.exists(temp.resolve("unchecked")));
  }

  @Test
  void aClassifierIsTrainedOnOneDirectory() throws IOException {
    TrainingData two = new TrainingData(folders, scenes);
    TrainingOptions options =
        TrainingOptions.of(config(Kind.CLASSIFICATION).toString(), two, temp.resolve("two-folders"))
            .build();
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Dovetail.train(options));
    assertTrue(e.getMessage().contains(scenes.toString()), e::getMessage);
  }

  @Test
  void aNonFiniteLossStopsTrainingAndSavesTheBatch() throws IOException {
    IOException e =
        assertThrows(
            IOException.class,
            () ->
                Dovetail.train(
                    options(Kind.SEGMENTATION, "diverged")
                        .set("training.optimizer.learningRate=1e30")
                        .set("training.iterations=30")
                        .build()));
    assertTrue(e.getMessage().contains("not-finite.png"), e::getMessage);
    Path run = temp.resolve("diverged");
    assertTrue(Files.exists(run.resolve("not-finite.png")));
    assertEquals(2, JSON.readTree(run.resolve("not-finite.json").toFile()).path("images").size());
  }

  @Test
  void aDetectorGetsTheClassesOfTheData() throws IOException {
    Recorder recorder = new Recorder(1);
    Dovetail.train(options(Kind.DETECTION, "classes").listener(recorder).build());
    assertTrue(
        recorder.said.stream().anyMatch(s -> s.startsWith("the model uses the 8 classes")),
        recorder.said::toString);
    JsonNode config = JSON.readTree(temp.resolve("classes/config.json").toFile());
    assertEquals(8, config.path("head").path("classes").asInt());
    assertEquals("ball", config.path("classes").path(0).asText());
  }

  @Test
  void aDirectoryWithARunIsKept() throws IOException {
    Dovetail.train(options(Kind.SEGMENTATION, "kept").listener(new Recorder(1)).build());
    IOException again =
        assertThrows(
            IOException.class, () -> Dovetail.train(options(Kind.SEGMENTATION, "kept").build()));
    assertTrue(again.getMessage().contains("--resume"), again::getMessage);
    IOException other =
        assertThrows(
            IOException.class,
            () ->
                Dovetail.train(
                    options(Kind.SEGMENTATION, "kept").set("training.batch=3").resume().build()));
    assertTrue(other.getMessage().contains("'config.training.batch'"), other::getMessage);
  }

  @Test
  void onlyUnfrozenPartsAreTrained() throws IOException {
    Recorder recorder = new Recorder(Long.MAX_VALUE);
    Dovetail.train(options(Kind.CLASSIFICATION, "one").listener(new Recorder(1)).build());
    Dovetail.train(
        options(Kind.CLASSIFICATION, "two")
            .weights(temp.resolve("one/last.safetensors"))
            .freeze("blocks")
            .listener(recorder)
            .build());
    assertTrue(recorder.said.stream().anyMatch(s -> s.startsWith("'blocks' is frozen")));
    Map<String, byte[]> before = tensors(temp.resolve("one/last.safetensors"));
    Map<String, byte[]> after = tensors(temp.resolve("two/last.safetensors"));
    before.forEach(
        (name, bytes) ->
            assertEquals(name.startsWith("blocks."), Arrays.equals(bytes, after.get(name)), name));
  }

  private static Map<String, byte[]> tensors(Path file) throws IOException {
    Map<String, byte[]> all = new java.util.LinkedHashMap<>();
    try (var checkpoint = dev.dovetail.weights.Checkpoint.open(file)) {
      for (var tensor : checkpoint.tensors().values()) {
        var bytes = new java.io.ByteArrayOutputStream();
        tensor.writeTo(java.nio.channels.Channels.newChannel(bytes), tensor.type());
        all.put(tensor.name(), bytes.toByteArray());
      }
    }
    return all;
  }

  @ParameterizedTest
  @EnumSource
  void theFirstBatchIsDrawn(Kind kind) throws IOException {
    Image picture = Dovetail.trainer().drawBatch(options(kind, "none").build());
    assertTrue(picture.size().width() >= 2 * 32, picture::toString);
    assertFalse(Files.exists(temp.resolve("none")));
  }
}
