package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.testing.FixtureFolders;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.formats.Safetensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code eval} with a detector: its results, resuming, and usage errors. */
@Tag("slow")
class EvalInstancesTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] CLASSES = {"cat", "dog", "bird"};

  /**
   * Images of two padded sizes in alternation, so that the order of processing is not that of the
   * list.
   */
  private static final int IMAGES = 6;

  @TempDir private Path folder;
  private Path images;
  private TinyModel model;

  @BeforeEach
  void write() throws IOException {
    images = folder.resolve("Bilder für alle");
    model = TinyModel.detector(folder, CLASSES);
    for (int i = 0; i < IMAGES; i++) {
      TinyModel.picture(images.resolve(name(i)), i % 2 == 0 ? 40 : 64, 60);
    }
  }

  private static String name(int image) {
    return "ä b" + image + ".png";
  }

  /** Annotations of all images after {@code change}. */
  private Path annotations(Consumer<ObjectNode> change) throws IOException {
    ObjectNode tree = JSON.createObjectNode();
    ArrayNode list = tree.putArray("images");
    ArrayNode objects = tree.putArray("annotations");
    for (int i = 0; i < IMAGES; i++) {
      int height = i % 2 == 0 ? 40 : 64;
      list.addObject()
          .put("id", 100 - i)
          .put("file_name", name(i))
          .put("height", height)
          .put("width", 60);
      ObjectNode object = objects.addObject();
      object.put("id", i + 1).put("image_id", 100 - i).put("category_id", 10 * (1 + i % 3));
      object.put("iscrowd", 0).put("area", 600);
      object.putArray("bbox").add(5).add(5).add(30).add(20);
      ArrayNode polygon = object.putArray("segmentation").addArray();
      for (int v : new int[] {5, 5, 35, 5, 35, 25, 5, 25}) {
        polygon.add(v);
      }
    }
    ArrayNode categories = tree.putArray("categories");
    categories.addObject().put("id", 30).put("name", "bird");
    categories.addObject().put("id", 10).put("name", "cat");
    categories.addObject().put("id", 20).put("name", "dog");
    change.accept(tree);
    return Files.writeString(folder.resolve("instances.json"), tree.toString());
  }

  private CommandLineRun eval(Path annotations, Object... more) {
    List<Object> args = model.arguments("eval", "--images", images, "--annotations", annotations);
    args.addAll(List.of(more));
    return CommandLineRun.of(args.toArray());
  }

  private static ObjectNode object(ObjectNode tree, String list, int index) {
    return (ObjectNode) tree.get(list).get(index);
  }

  private static JsonNode read(Path file) throws IOException {
    return JSON.readTree(file.toFile());
  }

  private static void assertSameResults(Path expected, Path actual) throws IOException {
    for (String name : List.of("bbox.json", "segm.json")) {
      assertEquals(-1, Files.mismatch(expected.resolve(name), actual.resolve(name)), name);
    }
    assertEquals(
        read(expected.resolve("metrics.json")).get("metrics"),
        read(actual.resolve("metrics.json")).get("metrics"));
  }

  @Test
  void resultsAreInTheOrderOfTheAnnotationsAndScoreTheSame() throws IOException {
    Path truth = annotations(tree -> {});
    Path out = folder.resolve("out");
    eval(truth, "--out", out).succeeded();
    JsonNode metrics = read(out.resolve("metrics.json")).get("metrics");
    for (String type : List.of("bbox", "segm")) {
      List<JsonNode> rows = new ArrayList<>();
      read(out.resolve(type + ".json")).forEach(rows::add);
      assertTrue(rows.size() > IMAGES, "there are no rows to look at");
      List<JsonNode> sorted = new ArrayList<>(rows);
      sorted.sort(
          Comparator.comparingLong((JsonNode r) -> -r.get("image_id").asLong())
              .thenComparing(r -> r.get("category_id").asInt())
              .thenComparing(r -> -r.get("score").asDouble()));
      assertEquals(sorted, rows, type);
      Path file = out.resolve(type + ".json");
      CommandLineRun again =
          CommandLineRun.of("score", "--type", type, "--gt", truth, "--dt", file, "--json");
      JsonNode scored = JSON.readTree(again.succeeded().out());
      for (int i = 0; i < scored.get("stats").size(); i++) {
        String name = scored.get("stat_names").get(i).asText();
        assertEquals(scored.get("stats").get(i), metrics.get(type).get(name), type + " " + name);
      }
    }
  }

  @Test
  void stringIdsAreWrittenToTheResultsAndScoreTheSame() throws IOException {
    Path numbers = folder.resolve("numbers");
    eval(annotations(tree -> {}), "--out", numbers).succeeded();
    Path truth =
        annotations(
            tree -> {
              for (int i = 0; i < IMAGES; i++) {
                String id = "im" + (100 - i + 1000);
                object(tree, "images", i).put("id", id);
                object(tree, "annotations", i).put("image_id", id);
                int category = object(tree, "annotations", i).get("category_id").asInt();
                object(tree, "annotations", i).put("category_id", "c" + category);
              }
              tree.get("categories")
                  .forEach(c -> ((ObjectNode) c).put("id", "c" + c.get("id").asInt()));
            });
    Path out = folder.resolve("texts");
    eval(truth, "--out", out).succeeded();
    assertEquals(
        read(numbers.resolve("metrics.json")).get("metrics"),
        read(out.resolve("metrics.json")).get("metrics"));
    JsonNode row = read(out.resolve("bbox.json")).get(0);
    assertTrue(row.get("image_id").asText().startsWith("im1"), row.toString());
    assertTrue(row.get("category_id").asText().startsWith("c"), row.toString());
    CommandLineRun.of("score", "--type", "segm", "--gt", truth, "--dt", out.resolve("segm.json"))
        .succeeded();
  }

  @Test
  void annotationsWithoutMasksAreScoredOnlyByBoxes() throws IOException {
    Path out = folder.resolve("boxes");
    Path truth =
        annotations(
            tree -> tree.get("annotations").forEach(a -> ((ObjectNode) a).remove("segmentation")));
    String err = eval(truth, "--out", out).succeeded().err();
    assertTrue(err.contains("annotations without a segmentation"), err);
    JsonNode metrics = read(out.resolve("metrics.json")).get("metrics");
    assertTrue(metrics.get("bbox").has("AP"));
    assertFalse(metrics.has("segm"));
    truth =
        annotations(
            tree -> tree.get("annotations").forEach(a -> ((ObjectNode) a).put("segmentation", "")));
    err = eval(truth, "--out", folder.resolve("empty")).succeeded().err();
    assertTrue(err.contains("values of segmentation that cannot be read"), err);
    assertTrue(err.contains("annotations without a segmentation"), err);
    truth =
        annotations(
            tree ->
                tree.get("annotations").forEach(a -> ((ObjectNode) a).put("segmentation", "x")));
    eval(truth, "--out", folder.resolve("odd"))
        .failed(Main.FAILED, "annotations[0].segmentation: expected polygons");
  }

  @Test
  void batchesHaveTheResultsOfSingleImages() throws IOException {
    Path truth = annotations(tree -> {});
    eval(truth, "--out", folder.resolve("one")).succeeded();
    for (int batch : new int[] {2, 1000}) {
      Path out = folder.resolve("batch" + batch);
      eval(truth, "--out", out, "--batch", batch).succeeded();
      assertSameResults(folder.resolve("one"), out);
    }
  }

  @Test
  void aKilledRunResumes() throws Exception {
    Path truth = annotations(tree -> {});
    Path out = folder.resolve("killed");
    Path journal = out.resolve("predictions.journal");
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    model
        .arguments("eval", "--images", images, "--annotations", truth, "--out", out)
        .forEach(a -> command.add(a.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    // A line without its end is not a result yet.
    while (process.isAlive()
        && !(Files.exists(journal) && Files.readString(journal).contains("\n"))) {
      assertTrue(System.nanoTime() < end, "nothing was written in two minutes");
      Thread.sleep(2);
    }
    process.destroyForcibly().waitFor();

    String rest = eval(truth, "--out", out).succeeded().err();
    assertTrue(rest.matches("(?s).*[1-6] of 6 images were done by an earlier run.*"), rest);
    eval(truth, "--out", folder.resolve("whole")).succeeded();
    assertSameResults(folder.resolve("whole"), out);
  }

  @Test
  void truncatedAndDamagedLinesOfTheJournalAreRecomputed() throws IOException {
    Path truth = annotations(tree -> {});
    Path out = folder.resolve("damaged");
    eval(truth, "--out", out, "--limit", 3).succeeded();
    Path journal = out.resolve("predictions.journal");
    List<String> lines = new ArrayList<>(Files.readAllLines(journal));
    assertEquals(3, lines.size());
    lines.set(0, lines.get(0).replace('[', '('));
    Files.writeString(journal, String.join("\n", lines) + "\n" + lines.get(1).substring(0, 70));

    String rest = eval(truth, "--out", out).succeeded().err();
    assertTrue(rest.contains("2 of 6 images were done by an earlier run"), rest);
    eval(truth, "--out", folder.resolve("whole")).succeeded();
    assertSameResults(folder.resolve("whole"), out);
  }

  @Test
  void missingAndDamagedImagesAreReportedAfterTheOthersAreDone() throws IOException {
    Path truth = annotations(tree -> {});
    Path out = folder.resolve("out");
    byte[] whole = Files.readAllBytes(images.resolve(name(1)));
    Files.write(images.resolve(name(1)), new byte[] {1, 2, 3});
    Path aside = Files.move(images.resolve(name(2)), folder.resolve("aside.png"));
    eval(truth, "--out", out)
        .failed(
            Main.FAILED,
            "2 of 6 images could not be processed",
            name(1) + " is not an image",
            "no such image: " + images.resolve(name(2)) + ", which the annotations list",
            "kept in " + out);
    assertFalse(Files.exists(out.resolve("metrics.json")));
    assertFalse(Files.exists(out.resolve("bbox.json")));

    Files.write(images.resolve(name(1)), whole);
    Files.move(aside, images.resolve(name(2)));
    String rest = eval(truth, "--out", out).succeeded().err();
    assertTrue(rest.contains("4 of 6 images were done by an earlier run"), rest);
  }

  @Test
  void resultsOfAnotherModelAreNotMixed() throws IOException {
    Path truth = annotations(tree -> {});
    Path out = folder.resolve("out");
    eval(truth, "--out", out, "--limit", 1).succeeded();
    eval(truth, "--out", out, "--set", "test.scoreThreshold=0.2")
        .failed(
            Main.FAILED,
            "another run: 'config.test.scoreThreshold' was 0.05 and is now 0.2",
            "specify another directory");
    Path weights = folder.resolve("other.safetensors");
    try (Checkpoint checkpoint = Checkpoint.open(model.weights())) {
      Safetensors.write(weights, List.copyOf(checkpoint.tensors().values()), Map.of("note", "2"));
    }
    model = new TinyModel(model.config(), weights);
    eval(truth, "--out", out).failed(Main.FAILED, "another run: 'checkpoint_sha256' was");
  }

  @Test
  void aWriteFailureEndsTheRunWhichCanBeResumed() throws IOException {
    Path truth = annotations(tree -> {});
    Path out = folder.resolve("out");
    Path blocked = Files.createDirectories(out.resolve("bbox.json"));
    eval(truth, "--out", out)
        .failed(
            Main.FAILED,
            "cannot write " + blocked + ": it is a directory",
            "run the same command again to resume");
    Files.delete(blocked);
    String rest = eval(truth, "--out", out).succeeded().err();
    assertTrue(rest.contains("6 of 6 images were done by an earlier run"), rest);

    Files.createDirectories(folder.resolve("dir").resolve("predictions.journal"));
    eval(truth, "--out", folder.resolve("dir"))
        .failed(Main.FAILED, "cannot write", "predictions.journal");
    eval(truth, "--out", truth).failed(Main.FAILED, truth + " is a file", "directory");
  }

  @Test
  void predictionsOnlyNeedsAnOutputFolderButNoAnnotations() throws IOException {
    Path truth =
        annotations(tree -> tree.get("annotations").forEach(a -> ((ObjectNode) a).remove("area")));
    eval(truth, "--predictions-only").failed(Main.USAGE, "--predictions-only needs --out");
    eval(truth).failed(Main.FAILED, "annotations[0] (id 1)", "\"area\"");
    Path out = folder.resolve("out");
    eval(truth, "--predictions-only", "--out", out).succeeded();
    assertTrue(read(out.resolve("bbox.json")).size() > 0);
    assertTrue(read(out.resolve("metrics.json")).get("metrics").isEmpty());
  }

  @Test
  void anImageWithAnotherSizeThanInTheAnnotationsIsAWarning() throws IOException {
    Path truth = annotations(tree -> object(tree, "images", 0).put("width", 61));
    String err = eval(truth).succeeded().err();
    assertTrue(
        err.contains("warning: images whose size differs") && err.contains("60x40 pixels, 61x40"),
        err);
    eval(truth, "--strict").failed(Main.FAILED, "size differs", "--strict");
  }

  @Test
  void categoriesAreMatchedByName() throws IOException {
    eval(annotations(tree -> object(tree, "categories", 2).put("name", "hound")))
        .failed(Main.FAILED, "class 1 of the model is 'dog'", "'hound' is at this position");
    eval(annotations(
            tree -> tree.withArray("categories").addObject().put("id", 5).put("name", "dog")))
        .failed(Main.FAILED, "two categories 'dog'", "5 and 20");
    Path more =
        annotations(
            tree -> tree.withArray("categories").addObject().put("id", 40).put("name", "cow"));
    CommandLineRun run = eval(more).succeeded();
    assertTrue(run.err().contains("warning: categories that the model does not have"), run.err());
    assertFalse(run.out().contains("cow"), run.out());
    eval(more, "--strict").failed(Main.FAILED, "'cow'", "--strict");
  }

  @Test
  void withoutNamesClassesAndCategoriesAreMatchedByCount() throws IOException {
    Path truth = annotations(tree -> {});
    eval(truth, "--set", "classes=[]", "--limit", 1).succeeded();
    Path fewer = annotations(tree -> tree.withArray("categories").remove(0));
    eval(fewer, "--set", "classes=[]")
        .failed(Main.FAILED, "has 2 categories", "has 3 classes", "'classes'");
  }

  @Test
  void annotationsWithoutUsableImagesAreRejected() throws IOException {
    eval(annotations(tree -> tree.withArray("images").removeAll()))
        .failed(Main.FAILED, "lists no images");
    eval(annotations(tree -> object(tree, "images", 1).remove("file_name")))
        .failed(Main.FAILED, "image 99 has no \"file_name\"");
    eval(annotations(tree -> object(tree, "images", 1).put("file_name", "a\0b")))
        .failed(Main.FAILED, "image 99", "is not a valid file name");
    eval(annotations(tree -> object(tree, "images", 1).remove(List.of("width", "height"))))
        .failed(Main.FAILED, "1 of 6 images", "annotations[1] (id 2)", "width and height");
  }

  @TestFactory
  Stream<DynamicTest> oddAnnotationsAreTakenOrRefusedAsTheReferenceDoes() {
    return FixtureFolders.below("data/nasty", "expected.json")
        .flatEach(
            nasty ->
                StreamSupport.stream(
                        tolerant(nasty.resolve("expected.json")).path("files").spliterator(), false)
                    .filter(file -> file.get("kind").asText().equals("annotations"))
                    .map(
                        file ->
                            DynamicTest.dynamicTest(
                                file.get("file").asText(),
                                () ->
                                    odd(
                                        nasty,
                                        file.get("file").asText(),
                                        file.get("result").asText()))));
  }

  private void odd(Path nasty, String name, String result) throws IOException {
    JsonNode tree = tolerant(nasty.resolve(name));
    String[] classes = tree.path("categories").findValuesAsText("name").toArray(String[]::new);
    model = TinyModel.detector(folder, classes.length == 0 ? CLASSES : classes);
    images = nasty;
    CommandLineRun run = eval(nasty.resolve(name));
    if (result.equals("error")) {
      run.failed(Main.FAILED, name);
      return;
    }
    run.succeeded();
    boolean warned = run.err().contains("dovetail: warning: ");
    assertTrue(warned || !result.equals("ok_with_warning"), run.err());
    if (warned) {
      assertTrue(run.err().contains(name), run.err());
      eval(nasty.resolve(name), "--strict").failed(Main.FAILED, name, "--strict");
    } else {
      eval(nasty.resolve(name), "--strict").succeeded();
    }
  }

  /** The contents of a file; empty if it is broken. */
  private static JsonNode tolerant(Path file) {
    try {
      return JSON.readTree(Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return JSON.createObjectNode();
    }
  }
}
