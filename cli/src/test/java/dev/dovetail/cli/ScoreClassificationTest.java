package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreClassificationTest {

  private static final List<String> CLASSES = List.of("a", "b", "c", "d", "e", "f");

  @TempDir Path folder;
  private Path truth;

  /** One image of each class, two of class b. */
  @BeforeEach
  void write() throws IOException {
    truth = folder.resolve("val");
    for (String name : List.of("a/1", "b/1", "b/2", "c/1", "d/1", "e/1", "f/1")) {
      Path file = truth.resolve(name + ".png");
      Files.createDirectories(file.getParent());
      Files.createFile(file);
    }
  }

  private static String line(String image, String... best) {
    List<String> classes = new ArrayList<>();
    for (String name : best) {
      classes.add("{\"name\":\"" + name + "\",\"score\":0.5}");
    }
    return "{\"image\":\"" + image + "\",\"classes\":[" + String.join(",", classes) + "]}";
  }

  private Path predictions(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name), List.of(lines));
  }

  /** Everything is predicted as {@code a}, followed by the other classes in alphabetical order. */
  private Path alphabetical(String name) throws IOException {
    return predictions(
        name,
        List.of("a/1", "b/1", "b/2", "c/1", "d/1", "e/1", "f/1").stream()
            .map(image -> line(image + ".png", "a", "b", "c", "d", "e"))
            .toArray(String[]::new));
  }

  private CommandLineRun score(Object... args) {
    List<Object> all = new ArrayList<>(List.of("score", "--type", "classification", "--gt", truth));
    all.addAll(List.of(args));
    return CommandLineRun.of(all.toArray());
  }

  private static JsonNode json(CommandLineRun run) throws IOException {
    return new ObjectMapper().readTree(run.succeeded().out());
  }

  @Test
  void theMetricsAreFractionsOfTheImages() throws IOException {
    JsonNode score = json(score("--dt", alphabetical("p.jsonl"), "--json"));
    assertEquals(1 / 7.0, score.get("summary").get("top1").asDouble());
    assertEquals(6 / 7.0, score.get("summary").get("top5").asDouble());
    assertTrue(score.get("intervals").get("top5").get("low").asDouble() < 6 / 7.0);
    assertEquals(1, score.get("intervals").get("top5").get("high").asDouble());
    JsonNode b = score.get("per_class").get(1);
    assertEquals("{\"name\":\"b\",\"images\":2,\"top1\":0.0}", b.toString());
    String text = score("--dt", alphabetical("p.jsonl")).succeeded().out();
    assertTrue(text.contains("top1      14.29"), text);
  }

  @Test
  void partsAddUpToTheWhole() throws IOException {
    Path p = alphabetical("p.jsonl");
    Path one = folder.resolve("1.state");
    Path two = folder.resolve("2.state");
    score("--dt", p, "--slice", "1/2", "--save-state", one).succeeded();
    score("--dt", p, "--slice", "2/2", "--save-state", two).succeeded();
    assertEquals(json(score("--dt", p, "--json")), json(score("--merge", two, one, "--json")));
    String message = score("--merge", two).failed(Main.FAILED).err();
    assertTrue(message.contains("missing in the states"), message);
  }

  @Test
  void twoResultsAreComparedImageByImageAndReported() throws IOException {
    Path p = alphabetical("p.jsonl");
    Path right = predictions("right.jsonl", right());
    Path page = folder.resolve("page");
    JsonNode score =
        json(score("--dt", right, "--compare", p, "--bootstrap", 50, "--report", page, "--json"));
    JsonNode top1 = score.get("comparison").get("numbers").get(0);
    assertEquals("top1", top1.get("name").asText());
    assertEquals(1 - 1 / 7.0, top1.get("difference").asDouble());
    assertTrue(Files.readString(page.resolve("index.html")).contains("top5"));
  }

  private static String[] right() {
    List<String> lines = new ArrayList<>();
    for (String image : List.of("a/1", "b/1", "b/2", "c/1", "d/1", "e/1", "f/1")) {
      List<String> best = new ArrayList<>(CLASSES);
      best.remove(image.substring(0, 1));
      best.add(0, image.substring(0, 1));
      lines.add(line(image + ".png", best.toArray(String[]::new)));
    }
    return lines.toArray(String[]::new);
  }

  private void assertFails(Path predictions, String... words) {
    String message = score("--dt", predictions).failed(Main.FAILED).err();
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
  }

  @Test
  void errorsInPredictionsAreReportedWithTheirLine() throws IOException {
    String good = line("a/1.png", "a", "b", "c", "d", "e");
    assertFails(predictions("p", good), "6 of the 7 images", "have no prediction", "b/1.png");
    assertFails(predictions("p", good, good), "p:2", "'a/1.png' is in", "p:1 already");
    assertFails(predictions("p", line("a/1.png", "a", "b")), "p:1 has 2", "expected 5 or more");
    assertFails(predictions("p", line("a/1.png", "a", "a")), "p:1", "'a' is listed twice");
    assertFails(predictions("p", good, "{"), "p:2 is not valid JSON", "expected a line such as");
    assertFails(predictions("p", "7"), "p:1 is not a JSON object");
    assertFails(predictions("p", "[7]"), "p: results[0] is not a JSON object");
    assertFails(predictions("p", "[{\"file\": \"a\"}]"), "p: results[0] has no 'classes'");
    assertFails(predictions("p", "{\"image\": 3}"), "p:1: 'image' is not a string");
    assertFails(predictions("p", "{\"image\":\"a\"}"), "p:1 has no 'classes'");
    assertFails(predictions("p", "{\"image\":\"a\",\"classes\":{}}"), "'classes' is not a list");
    assertFails(predictions("p", good + good), "p:1 contains more than one JSON object");
    assertFails(
        predictions("p", "{\"image\":\"a\",\"classes\":[\"a\"]}"),
        "'classes[0]' is not a JSON object");
    assertFails(
        predictions("p", "{\"image\":\"a\",\"classes\":[{\"name\":1}]}"),
        "'classes[0].name' is not a string");
    assertFails(predictions("p", ""), "contains no image");
    String message = score("--dt", folder).failed(Main.USAGE).err();
    assertTrue(message.contains("is a directory; expected a file of JSON lines"), message);
  }

  @Test
  void unknownImagesAndClassesAreCounted() throws IOException {
    List<String> lines = new ArrayList<>(List.of(right()));
    lines.set(0, line("a/1.png", "zebra", "b", "c", "d", "a"));
    lines.add(line("a/2.png", "a", "b", "c", "d", "e"));
    Path p = predictions("p.jsonl", lines.toArray(String[]::new));
    CommandLineRun run = score("--dt", p, "--json");
    assertEquals(6 / 7.0, json(run).get("summary").get("top1").asDouble());
    assertTrue(run.err().contains("predictions without a ground truth (ignored): 1"), run.err());
    assertTrue(run.err().contains("p.jsonl:1: 'zebra'"), run.err());
    assertTrue(score("--dt", p, "--strict").failed(Main.FAILED).err().contains("--strict"));
  }
}
