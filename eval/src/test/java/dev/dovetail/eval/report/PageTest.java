package dev.dovetail.eval.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.eval.analysis.Calibration;
import dev.dovetail.eval.analysis.CalibrationEvaluator;
import dev.dovetail.eval.analysis.ConfusionEvaluator;
import dev.dovetail.eval.analysis.DetectionAnalysis;
import dev.dovetail.eval.analysis.ErrorEvaluator;
import dev.dovetail.eval.bootstrap.Bootstrap;
import dev.dovetail.eval.bootstrap.Comparison;
import dev.dovetail.eval.bootstrap.Difference;
import dev.dovetail.eval.coco.matching.ImageOverlaps;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.eval.panoptic.PanopticEvaluation;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.panoptic.PanopticCategory;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class PageTest {

  private static final String NASTY = "<script>alert('&\"')</script> \u0007\uD800";

  private static Page page() {
    ImageOverlaps image =
        new ImageOverlaps(
            0,
            new int[] {0, 1},
            new boolean[2],
            new int[] {1, 1, 0},
            new double[] {0.9, 0.8, 0.3},
            new double[][] {{0.7, 0}, {0, 0.6}, {0.2, 0}});
    ErrorEvaluator errors = new ErrorEvaluator(2);
    ConfusionEvaluator confusion = new ConfusionEvaluator(2);
    CalibrationEvaluator calibration = new CalibrationEvaluator(2);
    errors.accumulate(image);
    confusion.accumulate(image);
    calibration.accumulate(image);
    List<CocoCategory> categories =
        List.of(new CocoCategory(1, NASTY, ""), new CocoCategory(2, "b & c", ""));
    List<Section> sections =
        new ArrayList<>(
            AnalysisSections.of(
                new DetectionAnalysis(
                    IouType.BBOX,
                    categories,
                    errors.summarise(),
                    confusion.summarise(),
                    calibration.summarise(),
                    errors.confidence()),
                PictureLinks.GALLERY));
    sections.add(
        ComparisonSection.of(
            new Comparison(
                new Bootstrap(10, 0, 0.95),
                3,
                List.of(
                    new Difference("AP", 0.5, 0.4, 0.1, 0.05, 0.15),
                    new Difference("APs", Double.NaN, 0.4, Double.NaN, Double.NaN, Double.NaN)),
                "AP",
                List.of(new Difference(NASTY, 0.1, 0.4, -0.3, -0.4, -0.2)))));
    sections.addAll(
        PanopticSections.of(
            new PanopticEvaluation(
                1,
                List.of(
                    new PanopticEvaluation.CategoryQuality(
                        new PanopticCategory(1, NASTY, true), 3, 1, 0, 2.5)))));
    return new Page("Scores of " + NASTY, Map.of("ground truth", NASTY), sections);
  }

  private static String withoutScript(String html) {
    return html.replaceAll("(?s)<script>.*</script>", "");
  }

  @Test
  void thePageIsWellFormedAndShowsAnyClassName() throws Exception {
    String html = page().html();
    assertFalse(html.contains("<script>alert"), "a class name became an element");
    // HTML without optional end tags is XML except for its void elements and its script.
    String xml =
        withoutScript(html).replace("<!DOCTYPE html>", "").replaceAll("(<meta [^>]*)>", "$1/>");
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(xml)));
    assertEquals(
        "Scores of <script>alert('&\"')</script> \uFFFD\uFFFD",
        document.getElementsByTagName("h1").item(0).getTextContent());
    assertTrue(document.getElementsByTagName("svg").getLength() >= 5);
    assertEquals(
        document.getElementsByTagName("section").getLength(),
        document.getElementsByTagName("nav").item(0).getChildNodes().getLength());
  }

  @Test
  void thePageIsSelfContained() {
    String html = page().html();
    assertFalse(html.matches("(?s).*(https?:|src=|@import|url\\().*"), "an external reference");
    assertTrue(html.contains("name=\"viewport\""));
    assertTrue(html.contains("prefers-color-scheme: dark"));
  }

  @Test
  void nanBecomesADashWithoutAMark() {
    Calibration empty = new CalibrationEvaluator(1).summarise();
    List<CocoCategory> one = List.of(new CocoCategory(1, "a", ""));
    String html =
        new Page(
                "",
                Map.of(),
                AnalysisSections.of(
                    new DetectionAnalysis(
                        IouType.BBOX,
                        one,
                        new ErrorEvaluator(1).summarise(),
                        new ConfusionEvaluator(1).summarise(),
                        empty,
                        new ErrorEvaluator(1).confidence()),
                    PictureLinks.NONE))
            .html();
    assertFalse(withoutScript(html).contains("NaN"), html);
    assertFalse(withoutScript(page().html()).contains("NaN"));
  }

  @Test
  void anOlderReportIsReplacedButNoOtherPage(@TempDir Path folder) throws IOException {
    Path made = folder.resolve("a/b").resolve(Page.FILE);
    page().write(made);
    page().write(made);
    assertEquals(page().html(), Files.readString(made));
    Path foreign = Files.writeString(folder.resolve(Page.FILE), "<h1>mine</h1>");
    IOException e = assertThrows(IOException.class, () -> page().write(foreign));
    assertTrue(e.getMessage().contains(foreign.toString()), e.getMessage());
    assertEquals("<h1>mine</h1>", Files.readString(foreign));
    assertThrows(IOException.class, () -> Page.check(foreign.resolve(Page.FILE)));
    assertThrows(IOException.class, () -> Page.check(foreign.resolve("a/b/page.html")));
  }
}
