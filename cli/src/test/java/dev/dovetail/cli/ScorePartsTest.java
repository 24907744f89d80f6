package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.dovetail.testing.FixtureFolders;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** {@code score --save-state}, {@code --slice} and {@code --merge}. */
class ScorePartsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  /** The arguments of the data set, without the predictions. */
  private record Subject(List<Object> options, Path predictions) {

    CommandLineRun with(Object... more) {
      List<Object> args = new ArrayList<>(options);
      args.addAll(List.of(more));
      return CommandLineRun.of(args.toArray());
    }

    CommandLineRun scored(Object... more) {
      List<Object> args = new ArrayList<>(List.of("--dt", predictions));
      args.addAll(List.of(more));
      return with(args.toArray());
    }

    static Subject of(Path folder) {
      JsonNode expected = expected(folder);
      List<Object> args = new ArrayList<>(List.of("score"));
      if (expected.has("iou_type")) {
        String type = expected.get("iou_type").asText().replace('_', '-');
        Path own = folder.resolve("gt.json");
        Path truth = Files.exists(own) ? own : folder.resolveSibling("gt.json");
        args.addAll(List.of("--type", type, "--hashes", "--gt", truth));
        return new Subject(args, folder.resolve("dt.json"));
      }
      if (expected.has("overall")) {
        args.addAll(List.of("--type", "panoptic", "--gt", folder.resolve("gt.json")));
        args.addAll(List.of("--gt-images", folder.resolve("gt")));
        args.addAll(List.of("--dt-images", folder.resolve("pred")));
        return new Subject(args, folder.resolve("pred.json"));
      }
      args.addAll(List.of("--type", "semantic", "--gt", folder.resolve("gt")));
      args.addAll(List.of("--classes", expected.get("num_classes")));
      if (expected.get("reduce_zero_label").asBoolean()) {
        args.add("--reduce-zero-label");
      }
      if (expected.has("label_map")) {
        args.addAll(List.of("--label-map", expected.get("label_map").asText()));
      }
      return new Subject(args, folder.resolve("pred"));
    }
  }

  private static JsonNode expected(Path folder) {
    try {
      return JSON.readTree(folder.resolve("expected.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The fixtures that have their own files and only default parameters. */
  @TestFactory
  Stream<DynamicTest> everySlicingOfEveryTypeGivesTheNumbersOfTheWhole() {
    return FixtureFolders.below("fixtures/eval", "expected.json")
        .where(
            "fixture with its own files",
            f ->
                expected(f).path("overrides").isEmpty()
                    && (Files.exists(f.resolve("dt.json")) || Files.exists(f.resolve("pred"))))
        .each(this::scoreInSlices);
  }

  private void scoreInSlices(Path fixture) throws IOException {
    Subject subject = Subject.of(fixture);
    JsonNode whole = JSON.readTree(subject.scored("--json").succeeded().out());
    for (long seed = 0; seed < 2; seed++) {
      Random random = new Random(seed);
      int n = 2 + random.nextInt(4);
      List<Object> states = new ArrayList<>();
      for (int i = 1; i <= n; i++) {
        Path state = folder.resolve(seed + "-" + i);
        subject.scored("--slice", i + "/" + n, "--save-state", state).succeeded();
        states.add(state);
      }
      Collections.shuffle(states, random);
      Path first = folder.resolve(seed + "-first");
      subject
          .with("--save-state", first, "--merge", states.remove(0), states.remove(0))
          .succeeded();
      states.add(0, first);
      states.add(0, "--merge");
      CommandLineRun merged = subject.with(states.toArray()).succeeded();
      states.add(0, "--json");
      JsonNode json = JSON.readTree(subject.with(states.toArray()).succeeded().out());
      assertEquals(whole, json, "seed " + seed);
      assertEquals(subject.scored().out(), merged.out(), "seed " + seed);
    }
  }

  private Subject boxes() throws IOException {
    return Subject.of(SharedFolder.require("fixtures/eval/bbox_realistic"));
  }

  @Test
  void withoutASliceAStateCoversTheImagesWithPredictions() throws IOException {
    Subject subject = boxes();
    ArrayNode even = JSON.createArrayNode();
    ArrayNode odd = JSON.createArrayNode();
    for (JsonNode row : JSON.readTree(subject.predictions().toFile())) {
      (row.get("image_id").asLong() % 2 == 0 ? even : odd).add(row);
    }
    Path a = folder.resolve("a");
    Path b = folder.resolve("b");
    JSON.writeValue(folder.resolve("even.json").toFile(), even);
    JSON.writeValue(folder.resolve("odd.json").toFile(), odd);
    subject.with("--dt", folder.resolve("even.json"), "--save-state", a).succeeded();
    subject.with("--dt", folder.resolve("odd.json"), "--save-state", b).succeeded();
    CommandLineRun merged = subject.with("--merge", a, b).succeeded();
    assertEquals(subject.scored().out(), merged.out());
    assertTrue(
        merged
            .err()
            .contains("images missing in the states (counted as images without detections)"),
        merged.err());
    subject
        .with("--strict", "--merge", a)
        .failed(Main.FAILED, "images missing in the states", "rejected by --strict");
  }

  @Test
  void selectedImagesAreAPartAndPartsOfASelectionMergeToItsMetrics() throws IOException {
    Subject subject = boxes();
    List<String> ids = new ArrayList<>();
    Path truth = subject.predictions().resolveSibling("gt.json");
    JSON.readTree(truth.toFile()).get("images").forEach(image -> ids.add(image.get("id").asText()));
    Random random = new Random(7);
    Collections.shuffle(ids, random);
    List<Path> states = new ArrayList<>();
    for (List<String> part :
        List.of(ids.subList(0, 50), ids.subList(50, 90), ids.subList(90, ids.size()))) {
      Path state = folder.resolve("part" + states.size());
      subject.scored("--img-ids", String.join(",", part), "--save-state", state).succeeded();
      states.add(state);
    }
    CommandLineRun all =
        subject.with("--merge", states.get(2), states.get(0), states.get(1)).succeeded();
    CommandLineRun whole = subject.scored().succeeded();
    assertEquals(whole.out(), all.out());
    Path page = folder.resolve("page");
    CommandLineRun reported =
        subject
            .with("--merge", states.get(0), states.get(1), states.get(2), "--report", page)
            .succeeded();
    assertEquals(whole.out(), reported.out());
    assertTrue(Files.readString(page.resolve("index.html")).contains("AP50"), page.toString());
    assertTrue(!all.err().contains("missing in the states"), all.err());
    String some = String.join(",", ids.subList(0, 90));
    assertEquals(
        subject.scored("--img-ids", some).succeeded().out(),
        subject.with("--img-ids", some, "--merge", states.get(0), states.get(1)).succeeded().out());
  }

  @Test
  void incompatibleStatesAreRejected() throws IOException {
    Subject subject = boxes();
    Path a = folder.resolve("a");
    subject.scored("--slice", "1/2", "--save-state", a).succeeded();
    subject
        .with("--merge", a, a)
        .failed(Main.FAILED, "a covers 100 images that an earlier state also covers");
    subject
        .with("--merge", a, "--max-dets", "1,10,50")
        .failed(
            Main.FAILED, "was created with max_dets [1, 10, 100], but this run uses [1, 10, 50]");
    subject
        .with(
            "--merge",
            a,
            "--img-ids",
            JSON.readTree(subject.predictions().toFile()).at("/0/image_id"))
        .failed(Main.FAILED, "a covers the image ", "not among the images to score");
    Path other = Files.writeString(folder.resolve("gt.json"), "{\"images\":[],\"categories\":[]}");
    CommandLineRun.of("score", "--type", "bbox", "--gt", other, "--merge", a)
        .failed(Main.FAILED, "was created with another ground truth");
    Files.write(a, new byte[] {1}, StandardOpenOption.APPEND);
    subject.with("--merge", a).failed(Main.FAILED, "a is damaged or truncated");
    subject.with("--merge", other).failed(Main.FAILED, "gt.json is not a state");
    subject.with("--merge", folder.resolve("none")).failed(Main.FAILED, "does not exist");
  }

  @Test
  void labelMapsMissingInAllStatesAreAnError() throws IOException {
    Subject subject = Subject.of(SharedFolder.require("fixtures/eval/semseg_cityscapes"));
    Path part = Files.createDirectory(folder.resolve("part"));
    Files.copy(subject.predictions().resolve("c01.png"), part.resolve("c01.png"));
    Path a = folder.resolve("a");
    CommandLineRun saved = subject.with("--dt", part, "--save-state", a).succeeded();
    assertTrue(saved.out().contains("a: 1 of 4 images"), saved.out());
    JsonNode json =
        JSON.readTree(subject.with("--dt", part, "--save-state", a, "--json").succeeded().out());
    assertEquals(1, json.get("covered").asInt());
    subject
        .with("--merge", a)
        .failed(Main.FAILED, "3 of the 4 images are missing in the states; the first is c00");
    subject
        .with("--dt", part, "--slice", "1/2", "--save-state", a)
        .failed(Main.FAILED, "1 of the 2 label maps", "c00.png");
  }

  @Test
  void contradictingOptionsAreUsageErrors() throws IOException {
    Subject subject = boxes();
    Path a = folder.resolve("a");
    subject.with().failed(Main.USAGE, "--dt is missing");
    subject.scored("--merge", a).failed(Main.USAGE, "--merge replaces --dt");
    subject.scored("--slice", "1/2").failed(Main.USAGE, "specify --save-state");
    for (String slice : List.of("0/2", "3/2", "x", "1/0", "1", "-1/2")) {
      subject.scored("--slice=" + slice, "--save-state", a).failed(Main.USAGE, "I/N");
    }
    subject.scored("--save-state", folder).failed(Main.USAGE, "is a directory");
    subject
        .scored("--save-state", a, "--report", folder.resolve("page"))
        .failed(Main.USAGE, "--save-state computes no metrics to report");
  }
}
