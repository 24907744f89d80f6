package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code browse} over sets of every format, which it recognizes. */
class BrowseFormatsTest {

  private static final int IMAGES = 3;

  @TempDir static Path shared;
  private static ReportedSet set;
  private static int objects;

  @TempDir Path folder;

  @BeforeAll
  static void drawSet() throws IOException {
    set = ReportedSet.draw(shared.resolve("set"), IMAGES);
    objects = Files.readString(set.instances()).split("\"category_id\"", -1).length - 1;
  }

  private Path out() {
    return folder.resolve("pages");
  }

  private String page() throws IOException {
    return Files.readString(out().resolve("index.html"));
  }

  private CommandLineRun browse(Object... arguments) {
    return CommandLineRun.of(
        Stream.concat(Stream.of("browse", "--out", out()), Stream.of(arguments)).toArray());
  }

  private Path converted(String format, String place) {
    Path path = folder.resolve(place);
    CommandLineRun.of(
            "convert",
            "--from",
            "coco",
            "--labels",
            set.instances(),
            "--images",
            set.images(),
            "--to",
            format,
            "--out",
            path)
        .succeeded();
    return path;
  }

  /** The number of the summary that has a name. */
  private int tile(String name) throws IOException {
    String text = page().replaceAll("<[^>]*>", "|");
    Matcher tile = Pattern.compile("([0-9]+)\\|+" + name + "\\|").matcher(text);
    assertTrue(tile.find(), () -> "no " + name + " in " + text);
    return Integer.parseInt(tile.group(1));
  }

  private void requireShown(String format) throws IOException {
    for (int i = 0; i < IMAGES; i++) {
      assertTrue(Files.exists(out().resolve("gallery/00000" + i + ".jpg")), format);
    }
    assertTrue(page().contains("mushroom") && page().contains("Near-duplicates"), format);
  }

  @Test
  void objectsOfEveryFormatAreRecognizedAndShown() throws IOException {
    Map<String, String> formats =
        Map.of(
            "voc", "voc",
            "labelme", "labelme",
            "cvat", "labels.xml",
            "label-studio", "tasks.json",
            "csv", "labels.csv");
    for (Map.Entry<String, String> format : formats.entrySet()) {
      Path path = converted(format.getKey(), format.getValue());
      CommandLineRun run = browse(path, "--images", set.images()).succeeded();
      assertFalse(run.err().contains("cannot be read"), run.err());
      requireShown(format.getKey());
      assertEquals(objects, tile("objects") + tile("crowds"), format.getKey());
    }
    browse(set.panoptic(), "--images", set.images()).succeeded();
    requireShown("panoptic");
    assertTrue(page().contains("sky"), page());
    browse(set.panoptic(), set.panoptic(), "--images", set.images()).succeeded();
    assertTrue(page().contains("There are none."), "the set agrees with itself");
    Path maps = converted("instances", "instances");
    browse(maps, "--images", set.images(), "--from", "instances").succeeded();
    requireShown("instances");
  }

  @Test
  void aSetOfYoloIsReadByItsYaml() throws IOException {
    Path yolo = converted("yolo", "yolo");
    browse(yolo, "--images", set.images()).succeeded();
    requireShown("yolo with --images");
    Path images = Files.createDirectories(yolo.resolve("images/val"));
    Path labels = Files.createDirectories(yolo.resolve("labels/val"));
    for (String name : List.of("100001", "100002", "100003")) {
      Files.copy(set.images().resolve(name + ".png"), images.resolve(name + ".png"));
      try (Stream<Path> all = Files.walk(yolo)) {
        Path label = all.filter(p -> p.endsWith(name + ".txt")).findFirst().orElseThrow();
        Files.move(label, labels.resolve(name + ".txt"));
      }
    }
    Path yaml = yolo.resolve("data.yaml");
    String names = "[ball, crate, cone, ring, star, mushroom, mug, gem]";
    Files.writeString(yaml, "train: images/val\nval: images/val\nnames: " + names + "\n");
    for (Path given : List.of(yaml, yolo)) {
      browse(given).succeeded();
      requireShown(given.toString());
    }
    browse(yaml, "--images", images).failed(Main.USAGE, "omit --images");
  }

  @Test
  void labelMapsAreShownAndTheLargestDisagreementStandsFirst() throws IOException {
    Path maps = set.labelMaps();
    browse(set.folder(), "--from", "ade20k").succeeded();
    requireShown("ade20k");
    assertTrue(page().contains("classes per image") && !page().contains("Likely label errors"));
    Path found = Files.createDirectories(folder.resolve("found"));
    for (String name : List.of("100001", "100002", "100003")) {
      LabelMap map = LabelPng.read(maps.resolve(name + ".png"));
      Size size = map.size();
      byte[] classes = new byte[Math.toIntExact(size.pixels())];
      for (int i = 0; i < classes.length; i++) {
        boolean other = name.equals("100002") && i % size.width() < 30 && i / size.width() < 30;
        classes[i] = (byte) (other ? 0 : Math.max(0, map.at(i) - 1));
      }
      LabelPng.write(found.resolve(name + ".png"), new LabelMap.Bytes(size, classes));
    }
    browse(set.folder(), found, "--from", "ade20k").succeeded();
    assertTrue(page().contains("Likely label errors"), page());
    assertTrue(page().matches("(?s).*kind=doubt&amp;is=[0-9]+&amp;as=0\">[1-9].*"), page());
    assertTrue(Files.exists(out().resolve("gallery/000001-difference.png")));
    browse(set.folder(), set.predictions(), "--from", "ade20k")
        .failed(Main.USAGE, "is a file; for a data set with label maps");
  }

  @Test
  void masksNeedTheNamesOfTheirClasses() throws IOException {
    Path maps = converted("masks", "masks");
    browse(maps, "--images", set.images()).succeeded();
    requireShown("masks");
    Files.delete(maps.resolve("classes.txt"));
    browse(maps, "--images", set.images()).failed(Main.USAGE, "with --classes FILE");
    Path names = folder.resolve("names.txt");
    Files.writeString(names, "ball\ncrate\ncone\nring\nstar\nmushroom\nmug\ngem\n");
    browse(maps, "--images", set.images(), "--classes", names).succeeded();
  }

  @Test
  void cityscapesIsShownAsObjectsAndAsLabelMaps() throws IOException {
    CityscapesSet city = CityscapesSet.write(folder.resolve("city"), "val");
    browse(city.root()).succeeded();
    assertTrue(page().contains("car"), page());
    assertTrue(Files.exists(out().resolve("gallery/000002.jpg")));
    browse(city.root(), "--from", "cityscapes-masks").succeeded();
    assertTrue(page().contains("road") && page().contains("classes per image"), page());
    assertTrue(Files.exists(out().resolve("gallery/000002.jpg")));
    CommandLineRun run = browse(city.root(), "--from", "coco-panoptic").succeeded();
    assertFalse(run.err().contains("cannot be read"), run.err());
    assertTrue(page().contains("road") && page().contains("objects per image"), page());
  }

  @Test
  void aFolderOfClassesIsShownAndItsDoubtsAreCounted() throws IOException {
    Path classes = folder.resolve("classes");
    StringBuilder found = new StringBuilder();
    for (String name : List.of("a/1.png", "a/2.png", "b/3.png")) {
      Files.createDirectories(classes.resolve(name).getParent());
      Files.copy(set.images().resolve("10000" + name.charAt(2) + ".png"), classes.resolve(name));
      found.append("{\"image\":\"" + name + "\",\"classes\":[{\"name\":\"a\",\"score\":0.9}]}\n");
    }
    browse(classes).succeeded();
    assertTrue(page().contains("% of images") && !page().contains("Likely label errors"), page());
    Path lines = Files.writeString(folder.resolve("predictions.jsonl"), found);
    browse(classes, lines).succeeded();
    assertTrue(page().contains("kind=any&amp;is=1&amp;as=0\">1</a>"), page());
    browse(classes, classes).failed(Main.USAGE, "expected a file of JSON lines");
    browse(classes, "--from", "images").succeeded();
    assertFalse(page().contains("% of images"), page());
  }

  @Test
  void detectionsOfOtherFormatsAreCompared() throws IOException {
    Path csv = folder.resolve("found.csv");
    CommandLineRun.of(
            "convert",
            "--from",
            "coco",
            "--labels",
            set.predictions(),
            "--detections-of",
            set.instances(),
            "--to",
            "csv",
            "--out",
            csv)
        .succeeded();
    browse(converted("voc", "voc"), csv, "--images", set.images()).succeeded();
    assertTrue(page().contains("Likely label errors"), page());
    assertTrue(page().contains("#view=objects&amp;kind=class\">"), page());
  }

  @Test
  void aWrongFormatIsRefusedWithThoseThatThereAre() {
    browse(set.folder(), "--from", "xyz")
        .failed(Main.USAGE, "'xyz' is not a supported format", "coco-panoptic");
  }
}
