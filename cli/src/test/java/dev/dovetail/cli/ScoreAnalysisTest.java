package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The output of {@code score} in addition to the reference's numbers. */
class ScoreAnalysisTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static Path fixture(String name) {
    return SharedFolder.require("fixtures/eval/" + name);
  }

  private static Object[] bbox(Object... more) {
    Path folder = fixture("bbox_realistic");
    List<Object> args = new ArrayList<>(List.of("score", "--type", "bbox"));
    args.addAll(List.of("--gt", folder.resolve("gt.json"), "--dt", folder.resolve("dt.json")));
    args.addAll(List.of(more));
    return args.toArray();
  }

  private static JsonNode json(Object... args) throws IOException {
    Object[] all = Stream.concat(Stream.of(args), Stream.of("--json")).toArray();
    return JSON.readTree(CommandLineRun.of(all).succeeded().out());
  }

  @Test
  void theJsonContainsTheRequestedAnalysis() throws IOException {
    Path folder = fixture("bbox_realistic");
    JsonNode plain = json(bbox());
    JsonNode all = json(bbox("--errors", "--confusion", "--calibration", "--curves"));
    plain.properties().forEach(e -> assertEquals(e.getValue(), all.get(e.getKey()), e.getKey()));
    JsonNode tide = JSON.readTree(folder.resolve("expected_tide_bbox.json").toFile());
    assertEquals(tide.get("counts"), all.get("tide").get("counts"));
    JsonNode confusion = JSON.readTree(folder.resolve("expected_confusion.json").toFile());
    assertEquals(confusion.get("matrix"), all.get("confusion").get("matrix"));
    double ece = all.get("calibration").get("ece").asDouble();
    assertTrue(ece > 0 && ece < 1, "ece " + ece);
    assertEquals(10, all.get("curves").get("precision").size());
    double sum = 0;
    for (JsonNode curve : all.get("curves").get("precision")) {
      for (JsonNode value : curve) {
        sum += value.asDouble() / curve.size() / 10;
      }
    }
    assertEquals(all.get("stats").get(0).asDouble(), sum, 1e-12);
  }

  @Test
  void theTextHasATableForEachRequestedPart() {
    String plain = CommandLineRun.of(bbox()).succeeded().out();
    String all =
        CommandLineRun.of(bbox("--errors", "--confusion", "--calibration", "--curves"))
            .succeeded()
            .out();
    assertTrue(all.startsWith(plain));
    for (String title :
        List.of("Errors (TIDE)", "Confusions at", "Calibration error", "Precision by recall")) {
      assertFalse(plain.contains(title), title);
      assertTrue(all.contains(title), title);
    }
    assertTrue(all.lines().allMatch(line -> line.length() <= 100), all);
  }

  @Test
  void aResultListComparedWithItselfHasNoDifference() throws IOException {
    Path same = fixture("bbox_realistic").resolve("dt.json");
    CommandLineRun run =
        CommandLineRun.of(bbox("--compare", same, "--bootstrap", 20, "--json")).succeeded();
    JsonNode comparison = JSON.readTree(run.out()).get("comparison");
    assertEquals(20, comparison.get("resamples").asInt());
    for (JsonNode number : comparison.get("numbers")) {
      assertEquals(0, number.get("difference").asDouble());
      assertEquals(0, number.get("low").asDouble());
      assertEquals(0, number.get("high").asDouble());
      assertFalse(number.get("moved").asBoolean());
    }
    assertEquals(1, run.err().lines().filter(l -> l.contains("not listed")).count(), run.err());
  }

  @Test
  void theSameSeedProducesTheSameComparison() throws IOException {
    Path folder = fixture("coco_real100");
    Object[] args = {
      "score",
      "--type",
      "segm",
      "--gt",
      folder.resolve("gt.json"),
      "--dt",
      folder.resolve("disturbed_segm/dt.json"),
      "--compare",
      folder.resolve("fakesegm100/dt.json"),
      "--bootstrap",
      60,
      "--seed",
      5
    };
    JsonNode one = json(args);
    assertEquals(one, json(args));
    JsonNode ap = one.get("comparison").get("numbers").get(0);
    double fake =
        JSON.readTree(folder.resolve("fakesegm100/expected.json").toFile())
            .get("stats")
            .get(0)
            .asDouble();
    assertEquals(fake, ap.get("other").asDouble(), 1e-12);
    assertEquals(one.get("stats").get(0).asDouble(), ap.get("value").asDouble(), 1e-12);
    assertTrue(ap.get("low").asDouble() <= ap.get("difference").asDouble());
    assertTrue(ap.get("high").asDouble() >= ap.get("difference").asDouble());
  }

  @Test
  void labelMapsAndSegmentsCanBeCompared() throws IOException {
    Path ade = fixture("semseg_ade");
    JsonNode semantic =
        json(
            "score",
            "--type",
            "semantic",
            "--classes",
            150,
            "--reduce-zero-label",
            "--gt",
            ade.resolve("gt"),
            "--dt",
            ade.resolve("pred"),
            "--compare",
            ade.resolve("pred"),
            "--bootstrap",
            10);
    assertBesideItself(semantic, "mIoU", semantic.get("summary_float64").get("mIoU").asDouble());
    Path panoptic = fixture("panoptic_synth");
    JsonNode found =
        json(
            "score",
            "--type",
            "panoptic",
            "--gt",
            panoptic.resolve("gt.json"),
            "--dt",
            panoptic.resolve("pred.json"),
            "--gt-images",
            panoptic.resolve("gt"),
            "--dt-images",
            panoptic.resolve("pred"),
            "--compare",
            panoptic.resolve("pred.json"),
            "--bootstrap",
            10);
    assertBesideItself(found, "PQ All", found.get("overall").get("All").get("pq").asDouble());
    Object[] otherMaps = {
      "score",
      "--type",
      "panoptic",
      "--gt",
      panoptic.resolve("gt.json"),
      "--dt",
      panoptic.resolve("pred.json"),
      "--compare",
      panoptic.resolve("pred.json"),
      "--compare-images",
      panoptic.resolve("gt")
    };
    CommandLineRun.of(otherMaps).failed(Main.FAILED, "pred.json");
  }

  private static void assertBesideItself(JsonNode score, String name, double value) {
    JsonNode number =
        Stream.iterate(0, i -> i + 1)
            .map(i -> score.get("comparison").get("numbers").get(i))
            .filter(n -> n.get("name").asText().equals(name))
            .findFirst()
            .orElseThrow();
    assertEquals(value, number.get("value").asDouble(), 1e-12);
    assertEquals(value, number.get("other").asDouble(), 1e-12);
    assertEquals(0, number.get("low").asDouble());
    assertEquals(0, number.get("high").asDouble());
  }

  @Test
  void theReportHasASectionForEachPart(@TempDir Path folder) throws IOException {
    Path same = fixture("bbox_realistic/dt.json");
    Path report = folder.resolve("report");
    String text =
        CommandLineRun.of(bbox("--compare", same, "--bootstrap", 5, "--report", report))
            .succeeded()
            .out();
    String page = Files.readString(report.resolve("index.html"));
    for (String section :
        List.of(
            "summary",
            "comparison",
            "sizes",
            "classes",
            "curves",
            "errors",
            "confusion",
            "calibration")) {
      assertTrue(page.contains("<section id=\"" + section + "\">"), section);
    }
    assertFalse(text.contains("Errors (TIDE)"), "only the report requested it");
    assertFalse(page.contains(">NaN"));
    Path ade = fixture("semseg_ade");
    CommandLineRun.of(
            "score",
            "--type",
            "semantic",
            "--classes",
            150,
            "--reduce-zero-label",
            "--gt",
            ade.resolve("gt"),
            "--dt",
            ade.resolve("pred"),
            "--report",
            report)
        .succeeded();
    assertTrue(Files.readString(report.resolve("index.html")).contains("mIoU"));
  }

  @Test
  void lvisHasAReportWithErrorsAndKeypointsOneWithoutThem(@TempDir Path folder) throws IOException {
    for (String name : List.of("keypoints", "lvis_bbox")) {
      Path files = fixture(name);
      CommandLineRun.of(
              "score",
              "--type",
              name.replace('_', '-'),
              "--gt",
              files.resolve("gt.json"),
              "--dt",
              files.resolve("dt.json"),
              "--compare",
              files.resolve("dt.json"),
              "--bootstrap",
              3,
              "--report",
              folder)
          .succeeded();
      String page = Files.readString(folder.resolve("index.html"));
      assertTrue(page.contains("<section id=\"sizes\">"), name);
      assertEquals(!name.equals("keypoints"), page.contains("<section id=\"errors\">"), name);
      assertFalse(page.contains(">NaN"), name);
    }
  }

  @Test
  void invalidOptionsAreRejectedBeforeAnythingIsRead() {
    CommandLineRun.of(bbox("--compare", "nowhere.json"))
        .failed(Main.USAGE, "--compare nowhere.json: no such file");
    CommandLineRun.of(bbox("--compare", fixture("bbox_realistic/dt.json"), "--bootstrap", 0))
        .failed(Main.USAGE, "--bootstrap", "expected 1 or more");
    CommandLineRun.of(bbox("--errors", "--save-state", "state"))
        .failed(Main.USAGE, "need the predictions of all images");
    CommandLineRun.of(bbox("--bootstrap", 10)).failed(Main.USAGE, "--compare");
    CommandLineRun.of(
            "score", "--type", "semantic", "--classes", 3, "--gt", ".", "--dt", ".", "--errors")
        .failed(Main.USAGE, "--errors", "require --type bbox, segm, boundary");
  }
}
