package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code score --report --images} and {@code browse} as command lines. */
class ReportPicturesTest {

  private static final int IMAGES = 4;

  @TempDir static Path shared;
  private static ReportedSet set;

  @TempDir Path folder;

  @BeforeAll
  static void drawSet() throws IOException {
    set = ReportedSet.draw(shared.resolve("set"), IMAGES);
  }

  private String page() throws IOException {
    return Files.readString(folder.resolve("index.html"));
  }

  private void requirePictures(String... endings) {
    for (int i = 0; i < IMAGES; i++) {
      for (String ending : endings) {
        Path file = folder.resolve("gallery").resolve("00000" + i + ending);
        assertTrue(Files.isRegularFile(file), file::toString);
      }
    }
    for (String name : List.of("info.js", "images.js", "objects-0.js")) {
      assertTrue(Files.isRegularFile(folder.resolve("gallery").resolve(name)), name);
    }
    assertTrue(Files.isRegularFile(folder.resolve("pictures.html")));
  }

  /** Scores with the options that every type needs, and additional options. */
  private static CommandLineRun score(String type, Path truth, Path found, Object... more) {
    Object[] all = {"score", "--type", type, "--gt", truth, "--dt", found};
    return CommandLineRun.of(Stream.concat(Stream.of(all), Stream.of(more)).toArray());
  }

  private Object[] reported(Object... more) {
    Object[] all = {"--report", folder, "--images", set.images()};
    return Stream.concat(Stream.of(all), Stream.of(more)).toArray();
  }

  @Test
  void objectsAreShownAndNumbersLinkToThem() throws IOException {
    for (String type : List.of("bbox", "segm", "boundary")) {
      CommandLineRun run = score(type, set.instances(), set.predictions()).succeeded();
      CommandLineRun shown =
          score(type, set.instances(), set.predictions(), reported()).succeeded();
      assertEquals(run.out(), shown.out(), "the numbers are the same with pictures");
      requirePictures(".jpg");
      assertTrue(page().contains("pictures.html#view=objects&amp;min=all&amp;kind=missed"), type);
      assertTrue(page().matches("(?s).*min=all&amp;kind=any&amp;is=[0-9]+&amp;as=[0-9]+\">.*"));
      assertTrue(page().contains("best F1 at"), type);
    }
    assertTrue(page().contains("boundary IoU"), "the overlap has its name");
  }

  @Test
  void withoutImagesThePageOfNumbersLinksToNoPictures() throws IOException {
    score("bbox", set.instances(), set.predictions(), "--report", folder).succeeded();
    assertFalse(page().contains("pictures.html"));
    assertFalse(Files.exists(folder.resolve("gallery")));
  }

  @Test
  void labelMapsAreShownWithTheirErrors() throws IOException {
    score("semantic", set.labelMaps(), set.labelMaps(), reported("--classes", 15)).succeeded();
    requirePictures(".jpg", "-truth.png", "-prediction.png", "-errors.png");
    assertTrue(page().contains("pictures.html#view=objects&amp;min=all&amp;kind=any&amp;is="));
    assertTrue(page().contains("% wrong at boundaries"));
  }

  @Test
  void panopticSegmentsAreShown() throws IOException {
    score("panoptic", set.panoptic(), set.panoptic(), reported()).succeeded();
    requirePictures(".jpg");
    assertTrue(
        Files.readString(folder.resolve("gallery/images.js")).contains(",[1,0,0],"),
        "PQ 1, nothing missed, nothing false");
  }

  @Test
  void missingImagesAreCountedAndRejectedIfStrict() throws IOException {
    Path none = Files.createDirectory(folder.resolve("none"));
    Object[] pictures = {"--report", folder.resolve("r"), "--images", none};
    CommandLineRun run = score("bbox", set.instances(), set.predictions(), pictures).succeeded();
    assertTrue(run.err().contains("images that cannot be read"), run.err());
    assertTrue(run.err().contains(": 4 (first: "), run.err());
    Object[] strict = Stream.concat(Stream.of(pictures), Stream.of("--strict")).toArray();
    score("bbox", set.instances(), set.predictions(), strict).failed(Main.FAILED, "does not exist");
  }

  @Test
  void unsupportedReportsAreRejectedBeforehand() {
    Path gt = set.instances();
    Path dt = set.predictions();
    score("bbox", gt, dt, "--images", set.images()).failed(Main.USAGE, "--images needs --report");
    score("lvis-bbox", gt, dt, reported())
        .failed(Main.USAGE, "--images supports --type bbox", "but not lvis-bbox");
    score("bbox", gt, dt, "--images", "/none", "--report", folder)
        .failed(Main.USAGE, "--images /none is not a folder");
    CommandLineRun.of("eval", "sample-mask-rcnn", "--data", set.folder(), "--report", folder)
        .failed(Main.USAGE, "--report needs --out");
    CommandLineRun.of(
            "eval",
            "sample-mask-rcnn",
            "--data",
            set.folder(),
            "--report",
            folder,
            "--out",
            folder,
            "--limit",
            1)
        .failed(Main.USAGE, "omit --limit");
  }

  @Test
  void aSetIsBrowsedWithAndWithoutPredictions() throws IOException {
    CommandLineRun run = CommandLineRun.of("browse", set.folder(), "--out", folder).succeeded();
    assertTrue(run.out().contains(folder.resolve("index.html").toString()), run.out());
    requirePictures(".jpg");
    assertFalse(page().contains("Likely label errors"));
    assertTrue(page().contains("Near-duplicates"));
    CommandLineRun.of(
            "browse", set.instances(), set.predictions(), "--images", set.images(), "--out", folder)
        .succeeded();
    assertTrue(page().contains("Likely label errors"));
    assertTrue(page().contains("#view=objects&amp;kind=class\">"), page());
  }

  @Test
  void equalImagesInAFolderWithoutAnnotationsAreDuplicates() throws IOException {
    Path images = Files.createDirectory(folder.resolve("images"));
    Files.copy(set.images().resolve("100001.png"), images.resolve("one.png"));
    Files.copy(set.images().resolve("100002.png"), images.resolve("two.png"));
    Files.copy(set.images().resolve("100001.png"), images.resolve("again.png"));
    CommandLineRun.of("browse", images, "--out", folder).succeeded();
    assertTrue(page().contains("One group of images that look alike"), page());
    assertTrue(page().contains("gallery/000000.jpg") && page().contains("gallery/000001.jpg"));
    assertFalse(page().contains("gallery/000002.jpg"));
  }

  @Test
  void invalidSetsAreRejected() throws IOException {
    CommandLineRun.of("browse", "/none", "--out", folder)
        .failed(Main.USAGE, "SET: /none does not exist");
    CommandLineRun.of("browse", set.instances(), "--out", folder)
        .failed(Main.USAGE, "specify the folder of its images with --images DIR");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    CommandLineRun.of("browse", empty, "--out", folder).failed(Main.FAILED, "contains no images");
    CommandLineRun.of("browse", set.images(), set.predictions(), "--out", folder)
        .failed(Main.USAGE, "has none");
    Files.writeString(folder.resolve("index.html"), "mine");
    CommandLineRun.of("browse", set.folder(), "--out", folder)
        .failed(Main.FAILED, "choose another directory");
    assertEquals("mine", page());
  }
}
