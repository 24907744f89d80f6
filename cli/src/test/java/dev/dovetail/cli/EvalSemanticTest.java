package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code eval} with a segmenter: its results, resuming, and usage errors. */
@Tag("slow")
class EvalSemanticTest {

  private static final int IMAGES = 5;
  private static final Size SIZE = new Size(40, 60);

  @TempDir private Path folder;
  private Path images;
  private Path labels;
  private TinyModel model;

  @BeforeEach
  void write() throws IOException {
    model = TinyModel.segmenter(folder, "sky", "road", "car");
    images = Files.createDirectories(folder.resolve("Straßen 1"));
    labels = Files.createDirectories(folder.resolve("Klassen 1"));
    for (int i = 0; i < IMAGES; i++) {
      TinyModel.picture(images.resolve("ü " + i + ".png"), SIZE.height(), SIZE.width());
      label(i, SIZE, i % 3);
    }
  }

  private void label(int image, Size size, int value) throws IOException {
    byte[] values = new byte[Math.toIntExact(size.pixels())];
    Arrays.fill(values, 0, values.length / 2, (byte) value);
    LabelPng.write(labels.resolve("ü " + image + ".png"), new LabelMap.Bytes(size, values));
  }

  private CommandLineRun eval(Object... more) {
    List<Object> args = model.arguments("eval", "--images", images, "--annotations", labels);
    args.addAll(List.of(more));
    return CommandLineRun.of(args.toArray());
  }

  private static void assertSameResults(Path expected, Path actual) throws IOException {
    try (Stream<Path> maps = Files.list(expected.resolve("label_maps"))) {
      for (Path map : maps.toList()) {
        Path other = actual.resolve("label_maps").resolve(map.getFileName());
        assertEquals(-1, Files.mismatch(map, other), other.toString());
      }
    }
    assertEquals(metrics(expected), metrics(actual));
  }

  private static JsonNode metrics(Path out) throws IOException {
    return new ObjectMapper().readTree(out.resolve("metrics.json").toFile()).get("metrics");
  }

  @Test
  void batchesHaveTheResultsOfSingleImagesAndTheLastIsPadded() throws IOException {
    TinyModel.picture(images.resolve("other.png"), 60, 40);
    LabelPng.write(
        labels.resolve("other.png"), new LabelMap.Bytes(new Size(60, 40), new byte[2400]));
    eval("--out", folder.resolve("one")).succeeded();
    eval("--out", folder.resolve("three"), "--batch", 3).succeeded();
    assertSameResults(folder.resolve("one"), folder.resolve("three"));
  }

  @Test
  void aGroundTruthThatIgnoresMostPixelsGetsAHint() throws IOException {
    assertFalse(eval().succeeded().err().contains("ignored"));
    for (int i = 0; i < IMAGES; i++) {
      byte[] values = new byte[Math.toIntExact(SIZE.pixels())];
      Arrays.fill(values, (byte) 255);
      LabelPng.write(labels.resolve("ü " + i + ".png"), new LabelMap.Bytes(SIZE, values));
    }
    String err = eval().succeeded().err();
    assertTrue(err.contains("no class has a pixel in the ground truth"), err);
    assertTrue(err.contains("100.0 % are ignored (the value 255)"), err);
    eval("--strict").failed(Main.FAILED, "no class has a pixel");
  }

  @Test
  void aStoppedRunResumesAndRecomputesDamagedLabelMaps() throws IOException {
    Path out = folder.resolve("out");
    eval("--out", out, "--limit", 3).succeeded();
    Files.write(out.resolve("label_maps/ü 1.png"), new byte[0]);
    String rest = eval("--out", out).succeeded().err();
    assertTrue(rest.contains("2 of 5 images were done by an earlier run"), rest);
    eval("--out", folder.resolve("whole")).succeeded();
    assertSameResults(folder.resolve("whole"), out);
  }

  @Test
  void aWriteFailureEndsTheRunWhichCanBeResumed() throws IOException {
    Path out = folder.resolve("out");
    Path blocked = Files.createDirectories(out.resolve("label_maps/ü 3.png"));
    eval("--out", out)
        .failed(Main.FAILED, "cannot write " + blocked + ": it is a dir", "kept in " + out);
    Files.delete(blocked);
    String rest = eval("--out", out).succeeded().err();
    assertTrue(rest.contains("of 5 images were done by an earlier run"), rest);
    eval("--out", folder.resolve("whole")).succeeded();
    assertSameResults(folder.resolve("whole"), out);
  }

  @Test
  void unpairedFilesAreAWarning() throws IOException {
    TinyModel.picture(images.resolve("alone.png"), 8, 8);
    LabelPng.write(labels.resolve("lost.png"), new LabelMap.Bytes(new Size(1, 1), new byte[1]));
    String err = eval("--limit", 1).succeeded().err();
    assertTrue(
        err.contains(
            "warning: images without a label map (ignored): 1 (first: "
                + images.resolve("alone.png")),
        err);
    assertTrue(
        err.contains(
            "warning: label maps without an image (ignored): 1 (first: "
                + labels.resolve("lost.png")),
        err);
    eval("--strict").failed(Main.FAILED, "alone.png", "without a label map", "--strict");
  }

  @Test
  void errorsOfSingleImagesAreReportedAfterTheOthersAreDone() throws IOException {
    label(1, new Size(40, 61), 0);
    Files.write(images.resolve("ü 2.png"), new byte[0]);
    Path out = folder.resolve("out");
    eval("--out", out)
        .failed(
            Main.FAILED,
            "2 of 5 images could not be processed, so there are no metrics",
            "ü 1.png is 61x40 pixels, but its image",
            "ü 2.png is empty",
            "kept in " + out);
    assertFalse(Files.exists(out.resolve("metrics.json")));
    assertTrue(Files.exists(out.resolve("label_maps/ü 1.png")), "its prediction is lost");
    eval().failed(Main.FAILED, "with --out DIR");

    label(1, SIZE, 1);
    TinyModel.picture(images.resolve("ü 2.png"), SIZE.height(), SIZE.width());
    String rest = eval("--out", out).succeeded().err();
    assertTrue(rest.contains("4 of 5 images were done by an earlier run"), rest);
  }

  @Test
  void labelsOutsideTheClassesAreAWarning() throws IOException {
    label(2, SIZE, 3);
    String err = eval().succeeded().err();
    assertTrue(err.contains("warning: label maps with values that are not a class: 1"), err);
    assertTrue(err.contains("ü 2.png") && err.contains("0 to 2 and 255"), err);
    eval("--strict").failed(Main.FAILED, "ü 2.png", "--strict");
  }

  @Test
  void imagesOfOnePixelAndOfExtremeAspectRatioAreSupported() throws IOException {
    for (Size size : List.of(new Size(1, 1), new Size(4, 800), new Size(800, 4))) {
      TinyModel.picture(images.resolve(size + ".png"), size.height(), size.width());
      byte[] values = new byte[Math.toIntExact(size.pixels())];
      LabelPng.write(labels.resolve(size + ".png"), new LabelMap.Bytes(size, values));
    }
    eval("--strict").succeeded();
    TinyModel.picture(images.resolve("thread.png"), 1, 4000);
    LabelPng.write(
        labels.resolve("thread.png"), new LabelMap.Bytes(new Size(1, 4000), new byte[4000]));
    eval().failed(Main.FAILED, "1 of 9 images", "thread.png", "4000x1", "too elongated");
  }

  @Test
  void foldersWithoutPairsAreRejected() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    Path other = labels;
    labels = empty;
    eval().failed(Main.FAILED, "there are no label maps in " + empty);
    labels = images.resolve("ü 0.png");
    eval().failed(Main.USAGE, "is a file; a semantic model needs a directory");
    labels = other;
    images = empty;
    eval().failed(Main.FAILED, "no images in " + empty);
  }

  @Test
  void aFolderIsUsedByOneRunAtATime() throws IOException {
    Path out = Files.createDirectories(folder.resolve("out"));
    try (var other =
        java.nio.channels.FileChannel.open(
            out.resolve(".lock"),
            java.nio.file.StandardOpenOption.CREATE,
            java.nio.file.StandardOpenOption.WRITE)) {
      other.lock();
      eval("--out", out).failed(Main.FAILED, "another run is writing to " + out);
    }
    eval("--out", out).succeeded();
  }

  @Test
  void buffersAreReused() throws IOException {
    byte[] picture = Files.readAllBytes(images.resolve("ü 0.png"));
    byte[] map = Files.readAllBytes(labels.resolve("ü 0.png"));
    for (int i = 0; i < 300; i++) {
      Files.write(images.resolve("more" + i + ".png"), picture);
      Files.write(labels.resolve("more" + i + ".png"), map);
    }
    BufferPoolMXBean direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();
    long before = direct.getMemoryUsed();
    eval().succeeded();
    long input = 64 * 96 * 3;
    long grown = direct.getMemoryUsed() - before;
    assertTrue(grown < 20 * input, "direct buffers grew by " + grown + " bytes");
  }
}
