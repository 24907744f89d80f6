package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.cli.RandomLabels.Kind;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.cityscapes.CityscapesLabel;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Round trips of label maps preserve every pixel. */
class ConvertMasksTest {

  private static final List<String> CLASSES = List.of("sky", "road", "car");

  @TempDir Path folder;

  private int made;

  private Path fresh(String name) {
    return folder.resolve(made++ + "-" + name);
  }

  private static void run(Object... args) {
    List<Object> all = new ArrayList<>(List.of("convert"));
    all.addAll(List.of(args));
    CommandLineRun.of(all.toArray()).succeeded();
  }

  /** Blocks of values, and noise. */
  private static int[] values(long seed, Size size, IntUnaryOperator value, int count) {
    Random random = new Random(seed);
    int[] values = new int[size.height() * size.width()];
    for (int i = 0; i < values.length; i++) {
      boolean noise = random.nextInt(5) == 0;
      int block = i / size.width() / 7 * 3 + i % size.width() / 5;
      values[i] = value.applyAsInt(noise ? random.nextInt(count) : block % count);
    }
    return values;
  }

  private Path maps(String ending, boolean wide, IntUnaryOperator value, int count, long seed)
      throws IOException {
    Path maps = Files.createDirectories(fresh("maps"));
    for (String name : List.of("a", "b")) {
      Size size = new Size(21 + (int) seed, name.equals("a") ? 30 : 17);
      int[] values = values(seed, size, value, count);
      LabelPng.write(maps.resolve(name + ending), LabelMap.of(size, values, wide));
    }
    return maps;
  }

  private static int[] read(Path file) throws IOException {
    LabelMap map = LabelPng.read(file);
    int[] values = new int[Math.toIntExact(map.size().pixels())];
    for (int i = 0; i < values.length; i++) {
      values[i] = map.at(i);
    }
    return values;
  }

  private static void assertEqual(Path one, Path other, String ending, String about)
      throws IOException {
    for (String name : List.of("a", "b")) {
      assertArrayEquals(
          read(one.resolve(name + ending)), read(other.resolve(name + ending)), about);
    }
  }

  /** Label maps after conversion to another format and back. */
  private Path through(String format, String kind, Path maps, Path classes) throws IOException {
    Path written = fresh(format);
    converted(kind, maps, classes, format, written);
    Path back = fresh("back");
    converted(format, written, classes, kind, back);
    return back;
  }

  private void converted(String from, Path labels, Path classes, String to, Path out) {
    run("--from", from, "--labels", labels, "--classes", classes, "--to", to, "--out", out);
  }

  @ParameterizedTest
  @ValueSource(strings = {"coco", "labelme", "cvat", "label-studio", "csv", "ade20k"})
  void indicesSurviveARoundTripThrough(String format) throws IOException {
    Path classes = Files.write(folder.resolve("names.txt"), CLASSES);
    for (long seed = 0; seed < 4; seed++) {
      Path maps = maps(".png", false, v -> v == 3 ? 255 : v, 4, seed);
      Path back = through(format, "masks", maps, classes);
      assertEqual(maps, back, ".png", format + ", seed " + seed);
      assertEquals(CLASSES, Files.readAllLines(back.resolve("classes.txt")));
    }
  }

  @Test
  void indicesSurviveARoundTripThroughYoloOutlines() throws IOException {
    Path classes = Files.write(folder.resolve("names.txt"), CLASSES);
    for (long seed = 0; seed < 4; seed++) {
      Path maps = maps(".png", false, v -> v == 3 ? 255 : v, 4, seed);
      Path written = fresh("yolo");
      run(
          "--from",
          "masks",
          "--labels",
          maps,
          "--classes",
          classes,
          "--to",
          "yolo",
          "--out",
          written);
      Path back = fresh("back");
      // The maps are also images of the right size.
      run("--from", "yolo", "--labels", written, "--images", maps, "--to", "masks", "--out", back);
      assertEqual(maps, back, ".png", "seed " + seed);
    }
  }

  @Test
  void vocMapsSurviveARoundTripWithBackgroundAndBorders() throws IOException {
    for (long seed = 0; seed < 4; seed++) {
      Path maps = maps(".png", false, v -> v == 21 ? 255 : v, 22, seed);
      Path numbers = fresh("numbers");
      run("--from", "voc-masks", "--labels", maps, "--to", "masks", "--out", numbers);
      assertEqual(maps, numbers, ".png", "seed " + seed);
      Path back = fresh("back");
      run("--from", "masks", "--labels", numbers, "--to", "voc-masks", "--out", back);
      assertEqual(maps, back.resolve("SegmentationClass"), ".png", "seed " + seed);
    }
  }

  @Test
  void ade20kAndCityscapesMapsSurviveARoundTrip() throws IOException {
    Path classes = Files.write(folder.resolve("names.txt"), CLASSES);
    for (long seed = 0; seed < 4; seed++) {
      Path ade = maps(".png", false, v -> v, 4, seed);
      Path numbers = fresh("numbers");
      run(
          "--from",
          "ade20k",
          "--labels",
          ade,
          "--classes",
          classes,
          "--to",
          "masks",
          "--out",
          numbers);
      Path back = fresh("back");
      run("--from", "masks", "--labels", numbers, "--to", "ade20k", "--out", back);
      assertEqual(ade, back, ".png", "ade, seed " + seed);

      String ending = "_gtFine_labelIds.png";
      IntUnaryOperator id = v -> v == 19 ? 0 : CityscapesLabel.ids().get(v);
      Path city = maps(ending, false, id, 20, seed);
      Path cityNumbers = fresh("numbers");
      run("--from", "cityscapes-masks", "--labels", city, "--to", "masks", "--out", cityNumbers);
      Path cityBack = fresh("back");
      run("--from", "masks", "--labels", cityNumbers, "--to", "cityscapes", "--out", cityBack);
      List<Path> files;
      try (var walk = Files.walk(cityBack)) {
        files = walk.filter(f -> f.toString().endsWith(ending)).sorted().toList();
      }
      assertEquals(2, files.size());
      for (int i = 0; i < 2; i++) {
        Path original = city.resolve((i == 0 ? "a" : "b") + ending);
        assertArrayEquals(read(original), read(files.get(i)), "city, seed " + seed);
      }
    }
  }

  @Test
  void objectsSurviveARoundTripThroughInstanceMaps() throws IOException {
    Path classes = Files.write(folder.resolve("names.txt"), CLASSES);
    for (long seed = 0; seed < 4; seed++) {
      IntUnaryOperator value = v -> v == 0 ? 0 : 1000 * (1 + (v - 1) % 3) + (v - 1) / 3;
      Path maps = maps(".png", true, value, 7, seed);
      for (String format : List.of("coco", "cvat", "labelme")) {
        Path back = through(format, "instances", maps, classes);
        assertEqual(maps, back, ".png", format + ", seed " + seed);
      }
    }
  }

  @Test
  void vocInstanceMapsDistinguishObjectsOfAClass() throws IOException {
    Path truth = new RandomLabels(5, false, Kind.RUNS).writeTruth(folder.resolve("gt.json"));
    Path instances = fresh("instances");
    run("--from", "coco", "--labels", truth, "--to", "instances", "--out", instances);
    Path visible = fresh("visible.json"); // without covered pixels
    run("--from", "instances", "--labels", instances, "--out", visible);
    Path voc = fresh("voc");
    run("--from", "coco", "--labels", visible, "--to", "voc-masks", "--out", voc);
    Path back = fresh("back.json");
    Path classes = voc.resolve("classes.txt");
    run("--from", "voc-masks", "--labels", voc, "--classes", classes, "--out", back);
    CocoDataset expected = CocoDataset.read(visible, new Warnings(Strictness.STRICT));
    CocoDataset found = CocoDataset.read(back, new Warnings(Strictness.STRICT));
    assertEquals(expected.annotations().size(), found.annotations().size());
    assertEquals(
        expected.annotations().stream().mapToDouble(a -> a.area()).sorted().boxed().toList(),
        found.annotations().stream().mapToDouble(a -> a.area()).sorted().boxed().toList());
    assertEquals(RandomLabels.CLASSES, found.categories().stream().map(c -> c.name()).toList());
  }
}
