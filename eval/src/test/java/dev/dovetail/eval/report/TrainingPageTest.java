package dev.dovetail.eval.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.eval.report.TrainingHistory.Evaluation;
import dev.dovetail.eval.report.TrainingHistory.Step;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class TrainingPageTest {

  private static Step step(long iteration, double loss) {
    return new Step(iteration, Map.of("loss", loss), 0.25, 1.5, 0.5, 0.125);
  }

  private static Evaluation evaluation(long iteration, double miou, boolean best) {
    return new Evaluation(iteration, Map.of("mIoU", miou), Map.of(), best);
  }

  private static TrainingHistory history(List<Step> steps, List<Evaluation> evaluations) {
    return new TrainingHistory(10, steps, evaluations, "mIoU", Map.of("training.batch", "2"));
  }

  /** Returns steps like those of a detector's training, with noise from a seed. */
  static TrainingHistory detector(int steps) {
    Random random = new Random(1);
    List<Step> all = new ArrayList<>();
    for (int i = 1; i <= steps; i++) {
      double fall = Math.exp(-4.0 * i / steps);
      Map<String, Double> losses = new LinkedHashMap<>();
      losses.put("rpn_cls", 0.02 + 0.7 * fall * Math.exp(0.4 * random.nextGaussian()));
      losses.put("rpn_bbox", 0.03 + 0.1 * fall * Math.exp(0.3 * random.nextGaussian()));
      losses.put("cls", 0.2 + 1.5 * fall * Math.exp(0.2 * random.nextGaussian()));
      losses.put("bbox", 0.1 + 0.3 * Math.exp(0.3 * random.nextGaussian()));
      losses.put("mask", 0.2 + 0.5 * fall * Math.exp(0.2 * random.nextGaussian()));
      losses.put("loss", losses.values().stream().mapToDouble(v -> v).sum());
      double warm = Math.min(1, i / (0.1 * steps));
      double rate = 1e-4 * warm * 0.5 * (1 + Math.cos(Math.PI * i / steps));
      double wait = random.nextInt(40) == 0 ? 0.3 : 0.002;
      all.add(
          new Step(
              i,
              losses,
              rate,
              (i < 5 ? 200 : 6) * Math.exp(0.5 * random.nextGaussian()),
              0.4 + wait + 0.03 * random.nextGaussian() + (i == 1 ? 6 : 0),
              wait));
    }
    List<Evaluation> evaluations = new ArrayList<>();
    for (int e = 1; e <= 8; e++) {
      double ap = 0.45 * (1 - Math.exp(-0.6 * e)) - (e == 8 ? 0.01 : 0);
      Map<String, Object> values = new LinkedHashMap<>();
      for (String type : List.of("bbox", "segm")) {
        double shift = type.equals("bbox") ? 0.04 : 0;
        Map<String, Object> group = new LinkedHashMap<>();
        group.put("AP", ap + shift);
        group.put("AP50", ap + shift + 0.2);
        group.put("AP75", ap + shift + 0.05);
        group.put("APs", -1.0);
        Map<String, Object> classes = new LinkedHashMap<>();
        classes.put("disc", ap + 0.1);
        classes.put("brick", ap - 0.1);
        classes.put("<never>", null);
        group.put("AP_per_class", classes);
        values.put(type, group);
      }
      evaluations.add(Evaluation.of((long) steps * e / 8, values, e < 8));
    }
    Map<String, String> recipe = new LinkedHashMap<>();
    recipe.put("optimizer.name", "adamw");
    recipe.put("optimizer.rate", "1.0E-4");
    recipe.put("batch", "2");
    recipe.put("iterations", Integer.toString(steps));
    return new TrainingHistory(steps, all, evaluations, "segm.AP", recipe);
  }

  private static Document parse(String html) throws Exception {
    String xml =
        html.replaceAll("(?s)<script>.*</script>", "")
            .replace("<!DOCTYPE html>", "")
            .replaceAll("(<meta [^>]*)>", "$1/>");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  private static Document page(TrainingHistory history) throws Exception {
    return parse(new Page("a training", Map.of(), TrainingSections.of(history)).html());
  }

  /** Returns the text of the cells in a section's tables, with one list for each row. */
  private static List<List<String>> rows(Document page, String section) {
    List<List<String>> rows = new ArrayList<>();
    for (Element row : elements(section(page, section), "tr")) {
      NodeList cells = row.getChildNodes();
      rows.add(
          IntStream.range(0, cells.getLength())
              .mapToObj(i -> cells.item(i).getTextContent())
              .toList());
    }
    return rows;
  }

  private static Element section(Document page, String id) {
    return elements(page.getDocumentElement(), "section").stream()
        .filter(section -> section.getAttribute("id").equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static List<Element> elements(Element in, String name) {
    NodeList found = in.getElementsByTagName(name);
    return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i)).toList();
  }

  @Test
  void tablesContainTheLoggedNumbers() throws Exception {
    Map<String, Double> losses = new LinkedHashMap<>();
    losses.put("decode", 1.25);
    losses.put("aux", 0.5);
    losses.put("loss", 1.45);
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("aAcc", 0.875);
    values.put("mIoU", 0.625);
    Map<String, Object> iou = new LinkedHashMap<>();
    iou.put("sky", 0.75);
    iou.put("sea", null);
    values.put("IoU_per_class", iou);
    Document page =
        page(
            history(
                List.of(new Step(7, losses, 6e-5, 2.5, 0.75, 0.25)),
                List.of(Evaluation.of(7, values, true))));
    assertEquals(
        List.of(
            List.of(
                "step",
                "loss",
                "decode",
                "aux",
                "learning rate",
                "gradient norm",
                "seconds",
                "waited"),
            List.of("7", "1.4500", "1.2500", "0.5000", "6.000e-05", "2.5000", "0.750", "0.250")),
        rows(page, "losses"));
    assertEquals(
        List.of(List.of("steps", "best", "aAcc", "mIoU"), List.of("7", "best", "87.5", "62.5")),
        rows(page, "validation"));
    assertEquals(
        List.of(List.of("class", "IoU"), List.of("sky", "75.0"), List.of("sea", "–")),
        rows(page, "classes"));
    assertEquals(
        List.of(List.of("setting", "value"), List.of("training.batch", "2")), rows(page, "recipe"));
  }

  @Test
  void aPageOfManyStepsIsSmallAndItsLinesKeepTheExtremes() throws Exception {
    List<Step> steps =
        new ArrayList<>(IntStream.rangeClosed(1, 50_000).mapToObj(i -> step(i, 2)).toList());
    steps.set(31_415, step(31_416, 16));
    Document page = page(history(steps, List.of()));
    String path =
        elements(section(page, "losses"), "path").stream()
            .filter(p -> p.getAttribute("class").equals("raw"))
            .findFirst()
            .orElseThrow()
            .getAttribute("d");
    assertTrue(path.length() < 20_000, "a path of " + path.length() + " characters");
    double highest =
        java.util.regex.Pattern.compile("[ML]\\S+ (\\S+?)(?=[ML]|$)")
            .matcher(path)
            .results()
            .mapToDouble(m -> Double.parseDouble(m.group(1)))
            .min()
            .orElseThrow();
    double top = 24 + (1 - 16.0 / 20) * (286 - 36 - 24);
    assertEquals(top, highest, 0.01);
  }

  @Test
  void aStepThatWasLoggedTwiceUsesTheLaterEntry() {
    TrainingHistory history =
        history(
            List.of(step(1, 5), step(2, 4), step(3, 9), step(2, 4), step(3, 3)),
            List.of(evaluation(2, 0.5, true), evaluation(2, 0.25, true)));
    assertArrayEquals(
        new double[] {5, 4, 3},
        history.steps().stream().mapToDouble(s -> s.loss("loss")).toArray());
    assertEquals(0.25, history.best().orElseThrow().number("mIoU"));
  }

  @Test
  void aPartialLogCountsTheTimeOfAllSteps() throws Exception {
    TrainingHistory some = history(List.of(step(100, 2), step(200, 1), step(240, 1)), List.of());
    assertEquals(240 * 0.5, some.sum(Step::seconds));
    String summary = section(page(some), "summary").getTextContent();
    assertTrue(summary.contains("computed from the steps in the log"), summary);
    assertTrue(summary.contains("2 mintime of all steps"), summary);
    String losses = section(page(some), "losses").getTextContent();
    assertTrue(losses.contains("Each step in the log."), losses);
    TrainingHistory all = history(List.of(step(1, 2), step(2, 1)), List.of());
    assertEquals(2 * 0.5, all.sum(Step::seconds));
    assertFalse(section(page(all), "summary").getTextContent().contains("in the log"));
  }

  @Test
  void theLastEvaluationThatBeatAllEarlierOnesIsTheBest() throws Exception {
    Document page =
        page(
            history(
                List.of(step(30, 1)),
                List.of(
                    evaluation(10, 0.5, true),
                    evaluation(20, 0.75, true),
                    evaluation(30, 0.625, false))));
    assertEquals(
        List.of("", "best", ""),
        rows(page, "validation").stream().skip(1).map(row -> row.get(1)).toList());
    List<String> marked =
        elements(section(page, "validation"), "circle").stream()
            .filter(c -> c.getAttribute("class").contains("better"))
            .map(Element::getTextContent)
            .toList();
    assertEquals(List.of("mIoU 75.00 after 20 steps, the best"), marked);
  }

  @Test
  void aTrainingWithoutStepsOrWithNanLossHasAPage() throws Exception {
    page(history(List.of(), List.of()));
    Step diverged = new Step(2, Map.of("loss", Double.NaN), 0.25, Double.POSITIVE_INFINITY, 1, 0);
    for (List<Step> steps : List.of(List.of(step(1, 3), diverged), List.of(diverged))) {
      Document page = page(history(steps, List.of(evaluation(1, Double.NaN, false))));
      for (Element svg : elements(page.getDocumentElement(), "path")) {
        assertFalse(svg.getAttribute("d").matches(".*(NaN|Infinity).*"), svg.getAttribute("d"));
      }
      assertEquals("nan", rows(page, "losses").get(steps.size()).get(1));
      assertEquals(List.of("1", "", "–"), rows(page, "validation").get(1));
    }
  }

  @Test
  void constantZeroAndNegativeLossesAreDrawn() throws Exception {
    for (double loss : new double[] {0, 1e-9, -2, 1e7}) {
      Document page = page(history(List.of(step(1, loss), step(2, loss)), List.of()));
      Element path = elements(section(page, "losses"), "path").get(0);
      assertFalse(path.getAttribute("d").isEmpty(), "loss " + loss);
    }
  }

  @Test
  void theTrainingReportHasItsOwnNameAndReplacesAnOlderOne(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("run/report.html");
    Page page = new Page("a", Map.of(), TrainingSections.of(detector(200)));
    page.write(file);
    page.write(file);
    assertEquals(page.html(), Files.readString(file));
  }
}
