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
  void objectsOfLvisAreShownAndThoseNobodyLookedForAreIgnored() throws IOException {
    Path truth = set.writeLvis(folder.resolve("lvis.json"));
    for (String type : List.of("lvis-bbox", "lvis-segm")) {
      score(type, truth, set.predictions(), reported()).succeeded();
      requirePictures(".jpg");
      assertTrue(page().contains("&amp;kind=missed"), type);
      // No class was looked for but those annotated: confused ones are of no negative class.
      assertEquals(0, objects("false"), type);
      assertTrue(objects("ignored") > 0, type);
      assertTrue(objects("right") > 0, type);
    }
  }

  @Test
  void keypointsAreShown() throws IOException {
    Path truth = set.writeKeypoints(folder.resolve("points.json"), false);
    Path found = set.writeKeypoints(folder.resolve("found.json"), true);
    score("keypoints", truth, found, reported()).succeeded();
    requirePictures(".jpg");
    String info = Files.readString(folder.resolve("gallery/info.js"));
    assertTrue(info.contains("\"overlap\":\"OKS\"") && info.contains("[15,13],[13,11]"), info);
    String objects = Files.readString(folder.resolve("gallery/objects-0.js"));
    assertTrue(objects.contains(",\"\",["), objects);
  }

  @Test
  void objectsOfCityscapesAreShown() throws IOException {
    CityscapesSet city = CityscapesSet.write(folder.resolve("city"), "val");
    Path none = Files.writeString(folder.resolve("none.json"), "[]");
    Path images = city.root().resolve("leftImg8bit/val");
    score("cityscapes-instances", city.root(), none, "--report", folder, "--images", images)
        .succeeded();
    assertTrue(Files.exists(folder.resolve("gallery/000002.jpg")));
    // Of each image two cars and a person, but no pixels of void; the bus is too small to count.
    assertEquals(9, objects("missed"));
    assertEquals(3, objects("crowd"));
    assertTrue(page().contains("Confusion"));
  }

  @Test
  void imagesOfAClassifierAreShownTheWrongOnesFirst() throws IOException {
    Path classes = folder.resolve("classes");
    StringBuilder found = new StringBuilder();
    for (String name : List.of("a/1.png", "a/2.png", "b/3.png")) {
      Files.createDirectories(classes.resolve(name).getParent());
      Files.copy(set.images().resolve("100001.png"), classes.resolve(name));
      String best = name.equals("b/3.png") ? "b" : name.equals("a/2.png") ? "b" : "a";
      String other = best.equals("a") ? "b" : "a";
      found.append("{\"image\":\"" + name + "\",\"classes\":[{\"name\":\"" + best);
      found.append("\",\"score\":0.7},{\"name\":\"" + other + "\",\"score\":0.3}]}\n");
    }
    Path lines = Files.writeString(folder.resolve("predictions.jsonl"), found);
    score("classification", classes, lines, "--report", folder).succeeded();
    assertTrue(page().contains("kind=any&amp;is=0&amp;as=1\">1</a>"), page());
    assertEquals(1, objects("among"));
    assertEquals(2, objects("right"));
    assertTrue(Files.exists(folder.resolve("gallery/000002.jpg")), "images are those of --gt");
  }

  /** How many objects of a kind the gallery has. */
  private int objects(String kind) throws IOException {
    String info = Files.readString(folder.resolve("gallery/info.js"));
    String ids = info.substring(info.indexOf("\"kinds\""));
    int number =
        ids.substring(0, ids.indexOf("\"id\":\"" + kind + "\"")).split("\"id\":").length - 1;
    String all = Files.readString(folder.resolve("gallery/objects-0.js"));
    return all.split("\\[" + number + ",[0-9]+,", -1).length - 1;
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
    score("bbox", gt, dt, "--images", "/none", "--report", folder)
        .failed(Main.USAGE, "--images /none is not a directory");
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
        .failed(Main.USAGE, "specify the directory of its images with --images DIR");
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
