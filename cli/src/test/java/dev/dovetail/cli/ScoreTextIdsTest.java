package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** String ids, and predictions that refer to images by file name. */
class ScoreTextIdsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int IMAGES = 12;
  private static final int CATEGORIES = 4;

  private static final IntFunction<String> NUMBER = Integer::toString;
  private static final IntFunction<String> TEXT =
      i -> String.format(java.util.Locale.ROOT, "\"im %03d é\"", i);
  private static final IntFunction<String> CATEGORY_TEXT = i -> "\"class-" + i + "\"";

  @TempDir Path folder;

  /** A ground truth with files {@code frame_I.jpg} in a special order. */
  private Path truth(
      String name, IntFunction<String> image, IntFunction<String> category, IntFunction<String> id)
      throws IOException {
    Random random = new Random(5);
    List<Integer> order = new ArrayList<>(IntStream.range(0, IMAGES).boxed().toList());
    Collections.shuffle(order, random);
    List<String> images = new ArrayList<>();
    List<String> annotations = new ArrayList<>();
    for (int i : order) {
      images.add(
          ("{\"id\": " + image.apply(i) + ", \"width\": 100, \"height\": 100,")
              + (" \"file_name\": \"val/frame_" + i + ".jpg\"}"));
      for (int k = 0; k < 5; k++) {
        int w = 5 + random.nextInt(30);
        annotations.add(
            ("{\"id\": " + id.apply(annotations.size()) + ", \"image_id\": " + image.apply(i))
                + (", \"category_id\": " + category.apply(k % CATEGORIES))
                + (", \"bbox\": [" + 15 * k + ", " + 7 * k + ", " + w + ", 20], \"area\": ")
                + (20 * w + ", \"iscrowd\": 0, \"segmentation\": []}"));
      }
    }
    List<String> categories =
        IntStream.range(0, CATEGORIES)
            .mapToObj(c -> "{\"id\": " + category.apply(c) + ", \"name\": \"c" + c + "\"}")
            .toList();
    return Files.writeString(
        folder.resolve(name),
        ("{\"annotations\": " + annotations + ", \"images\": " + images)
            + (", \"categories\": " + categories + "}"));
  }

  /** Detections with equal scores in many images, so that the order of the images matters. */
  private Path found(String name, IntFunction<String> image, IntFunction<String> category)
      throws IOException {
    Random random = new Random(6);
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      for (int k = 0; k < 6; k++) {
        rows.add(
            ("{" + image.apply(i) + ", \"category_id\": " + category.apply(k % CATEGORIES))
                + (", \"bbox\": [" + (15 * k + random.nextInt(6)) + ", " + 7 * k + ", ")
                + ((5 + random.nextInt(30)) + ", 20], \"score\": 0." + (1 + random.nextInt(4)))
                + "}");
      }
    }
    Collections.shuffle(rows, random);
    return Files.writeString(folder.resolve(name), rows.toString());
  }

  private static IntFunction<String> field(IntFunction<String> image) {
    return i -> "\"image_id\": " + image.apply(i);
  }

  private static CommandLineRun score(Path truth, Path found, Object... more) {
    List<Object> args = new ArrayList<>(List.of("score", "--type", "bbox", "--gt", truth));
    args.addAll(List.of("--dt", found, "--json", "--hashes"));
    args.addAll(List.of(more));
    return CommandLineRun.of(args.toArray());
  }

  private static JsonNode json(CommandLineRun run) throws IOException {
    return JSON.readTree(run.succeeded().out());
  }

  private Path numbers() throws IOException {
    return truth("gt.json", NUMBER, NUMBER, i -> "" + (i + 1));
  }

  @Test
  void stringIdsAreScoredLikeNumbersInTheirOrderAndWrittenToTheJson() throws IOException {
    JsonNode numbers = json(score(numbers(), found("dt.json", field(NUMBER), NUMBER)));
    Path truth = truth("text.json", TEXT, CATEGORY_TEXT, i -> "\"uuid-" + i + "\"");
    CommandLineRun run = score(truth, found("text-dt.json", field(TEXT), CATEGORY_TEXT));
    JsonNode texts = json(run);
    assertEquals("", run.err());
    assertTrue(numbers.get("stats").get(0).asDouble() > 0.05, numbers.toString());
    assertEquals(numbers.get("stats"), texts.get("stats"));
    assertEquals(numbers.get("array_sha256_f64le"), texts.get("array_sha256_f64le"));
    assertEquals("\"class-2\"", texts.get("per_category").get(2).get("id").toString());
    assertEquals(
        "[\"class-0\",\"class-1\",\"class-2\",\"class-3\"]",
        texts.get("params").get("cat_ids").toString());
    assertEquals("2", numbers.get("per_category").get(2).get("id").toString());
  }

  @Test
  void stringIdsSelectImagesAndCategories() throws IOException {
    Path truth = truth("text.json", TEXT, CATEGORY_TEXT, NUMBER);
    Path found = found("text-dt.json", field(TEXT), CATEGORY_TEXT);
    JsonNode numbers =
        json(
            score(
                numbers(),
                found("dt.json", field(NUMBER), NUMBER),
                "--img-ids",
                "3,7",
                "--cat-ids",
                "1"));
    JsonNode texts =
        json(score(truth, found, "--img-ids", "im 003 é,im 007 é", "--cat-ids", "class-1"));
    assertEquals(numbers.get("stats"), texts.get("stats"));
    score(truth, found, "--img-ids", "3").failed(Main.USAGE, "--img-ids '3'", "are strings");
    score(numbers(), found, "--cat-ids", "x").failed(Main.USAGE, "--cat-ids 'x'", "are numbers");
  }

  @Test
  void stringIdsAreScoredInPartsAndTheFirstMissingImageIsNamed() throws IOException {
    Path truth = truth("text.json", TEXT, CATEGORY_TEXT, NUMBER);
    Path found = found("text-dt.json", field(TEXT), CATEGORY_TEXT);
    List<Object> states = new ArrayList<>(List.of("score", "--type", "bbox", "--gt", truth));
    states.addAll(List.of("--json", "--hashes", "--merge"));
    for (int i = 1; i <= 3; i++) {
      Path state = folder.resolve(i + ".state");
      score(truth, found, "--slice", i + "/3", "--save-state", state).succeeded();
      states.add(state);
    }
    assertEquals(json(score(truth, found)), json(CommandLineRun.of(states.toArray())));
    String err =
        CommandLineRun.of(states.subList(0, states.size() - 1).toArray()).succeeded().err();
    assertTrue(err.contains("first: image im 008 é"), err);
  }

  @Test
  void imagesAreFoundByFileNameWithANote() throws IOException {
    Path truth = numbers();
    JsonNode numbers = json(score(truth, found("dt.json", field(NUMBER), NUMBER)));
    List<IntFunction<String>> spellings =
        List.of(
            i -> "\"image_id\": \"frame_" + i + "\"",
            i -> "\"image_id\": \"frame_" + i + ".jpg\"",
            i -> "\"image_id\": \"val/frame_" + i + ".jpg\"",
            i -> "\"file_name\": \"frame_" + i + ".jpg\"",
            i -> "\"file_name\": \"frame_" + i + ".png\", \"image_id\": " + (900 + i),
            i -> "\"image_id\": \"x" + i + "\", \"file_name\": \"/data/val/frame_" + i + ".jpg\"");
    for (IntFunction<String> spelling : spellings) {
      Path named = found("named.json", spelling, NUMBER);
      CommandLineRun run = score(truth, named);
      assertEquals(numbers, json(run), spelling.apply(1));
      assertTrue(run.err().contains("warning: predictions matched by file_name"), run.err());
      assertTrue(run.err().contains(": " + 6 * IMAGES + " (first: "), run.err());
      score(truth, named, "--strict").failed(Main.FAILED, "matched by file_name");
    }
  }

  @Test
  void idsThatAreNotInTheGroundTruthAreRejectedWithTheirKind() throws IOException {
    Path truth = numbers();
    Path texts = truth("text.json", TEXT, CATEGORY_TEXT, NUMBER);
    String[] such = {"its image ids are numbers, such as ", "such as \"val/frame_"};
    score(truth, found("a.json", field(i -> "\"frame_" + (i + 1) + "\""), NUMBER))
        .failed(Main.FAILED, ".image_id: \"frame_12\" is not an image of", such[0], such[1]);
    score(truth, found("b.json", field(i -> "\"" + i + "\""), NUMBER))
        .failed(Main.FAILED, "is not an image of", such[0], "use the same ids");
    score(truth, found("c.json", field(i -> "\"00" + i + "\""), NUMBER))
        .failed(Main.FAILED, "\"00", "use the same ids");
    score(texts, found("d.json", field(NUMBER), CATEGORY_TEXT))
        .failed(Main.FAILED, "its image ids are strings, such as \"im ");
    score(truth, found("e.json", field(NUMBER), i -> "\"" + i + "\""))
        .failed(Main.FAILED, ".category_id: is \"", "numbers, such as 0", "the same ids");
    score(texts, found("f.json", field(TEXT), NUMBER))
        .failed(Main.FAILED, ".category_id: is ", "strings, such as \"class-0\"");
  }

  @Test
  void ambiguousNamesAreRejected() throws IOException {
    Path truth =
        Files.writeString(
            folder.resolve("gt.json"),
            "{\"images\": [{\"id\": 5, \"file_name\": \"a/7.jpg\"}, {\"id\": 7, \"file_name\":"
                + " \"a/8.jpg\"}, {\"id\": 8, \"file_name\": \"b/8.jpg\"}], \"annotations\": [],"
                + " \"categories\": [{\"id\": 0, \"name\": \"c\"}]}");
    String row = "[{%s, \"category_id\": 0, \"score\": 1, \"bbox\": [1, 2, 3, 4]}]";
    String[][] cases = {
      {"\"image_id\": \"7\"", "may be the image 5 (a/7.jpg) or the image 7 (a/8.jpg)"},
      {"\"image_id\": \"8\"", "is the name of several images"},
      {"\"file_name\": \"8.jpg\"", "is the name of several images"},
    };
    for (String[] c : cases) {
      Path found = Files.writeString(folder.resolve("dt.json"), String.format(row, c[0]));
      score(truth, found).failed(Main.FAILED, "results[0].image_id: ", c[1]);
    }
    Path found =
        Files.writeString(
            folder.resolve("dt.json"),
            String.format(row, "\"image_id\": \"7\", \"file_name\": \"7.jpg\""));
    assertTrue(score(truth, found).succeeded().err().contains("is the image 5 (a/7.jpg)"));
  }

  @Test
  void theIdHasPrecedenceOverTheFileNameWithAWarning() throws IOException {
    Path truth = numbers();
    JsonNode numbers = json(score(truth, found("dt.json", field(NUMBER), NUMBER)));
    IntFunction<String> same =
        i -> field(NUMBER).apply(i) + ", \"file_name\": \"frame_" + i + ".png\"";
    CommandLineRun run = score(truth, found("same.json", same, NUMBER));
    assertEquals(numbers, json(run));
    assertEquals("", run.err());
    IntFunction<String> other = i -> field(NUMBER).apply(i) + ", \"file_name\": \"frame_1.jpg\"";
    run = score(truth, found("other.json", other, NUMBER));
    assertEquals(numbers, json(run));
    assertTrue(run.err().contains("with the file_name of another image"), run.err());
    assertTrue(run.err().contains(": " + 6 * (IMAGES - 1) + " (first: "), run.err());
  }

  @Test
  void stringAnnotationIdsMarkMatchesLikeNumbers() throws IOException {
    Path found = found("dt.json", field(NUMBER), NUMBER);
    CommandLineRun zero = score(truth("gt.json", NUMBER, NUMBER, NUMBER), found);
    assertTrue(zero.err().contains("annotation id 0"), zero.err());
    CommandLineRun text = score(truth("gt.json", NUMBER, NUMBER, i -> "\"" + i + "\""), found);
    assertTrue(text.err().contains("annotation id 0"), text.err());
    assertEquals(json(zero), json(text));
    IntFunction<String> twice = i -> "\"id " + i / 2 + "\"";
    score(truth("gt.json", NUMBER, NUMBER, twice), found)
        .failed(Main.FAILED, "annotations[1].id: id 0 occurs twice");
  }
}
