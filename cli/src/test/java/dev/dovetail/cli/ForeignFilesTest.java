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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Data sets from other systems: byte order marks, hidden files, directories, names, links. */
@Tag("slow")
@Timeout(300)
class ForeignFilesTest {

  private static final String MARK = "\uFEFF";

  /** A metadata file that macOS stores next to a file. */
  private static final byte[] APPLE_DOUBLE = {0, 5, 22, 7, 0, 2, 0, 0, 'M', 'a', 'c'};

  @TempDir Path folder;
  private Path images;
  private Path labels;
  private Path out;

  @BeforeEach
  void aSet() throws IOException {
    images = Files.createDirectory(folder.resolve("images"));
    labels = Files.createDirectory(folder.resolve("labels"));
    out = folder.resolve("out.json");
    TinyModel.picture(images.resolve("a.png"), 40, 60);
    write("labels/a.txt", "0 0.5 0.5 0.2 0.2\n");
    write("names.txt", "cat\ndog\n");
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private void labelMap(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    LabelPng.write(file, new LabelMap.Bytes(new Size(40, 60), new byte[40 * 60]));
  }

  private CommandLineRun yolo(Object... more) {
    List<Object> args = new ArrayList<>(List.of("convert", "--from", "yolo", "--images", images));
    args.addAll(List.of("--labels", labels, "--classes", folder.resolve("names.txt")));
    args.addAll(List.of("--out", out));
    args.addAll(List.of(more));
    return CommandLineRun.of(args.toArray());
  }

  private CommandLineRun voc(Object... more) {
    List<Object> args = new ArrayList<>(List.of("convert", "--from", "voc", "--labels"));
    args.addAll(List.of(folder.resolve("xml"), "--out", out));
    args.addAll(List.of(more));
    return CommandLineRun.of(args.toArray());
  }

  private CommandLineRun semantic(Object... more) {
    List<Object> args = new ArrayList<>(List.of("score", "--type", "semantic", "--classes", 2));
    args.addAll(List.of("--gt", folder.resolve("gt"), "--dt", folder.resolve("dt")));
    args.addAll(List.of(more));
    return CommandLineRun.of(args.toArray());
  }

  private static String xml(String image) {
    return "<annotation><filename>"
        + image
        + "</filename><size><width>60</width><height>40</height></size></annotation>";
  }

  private JsonNode written() throws IOException {
    return new ObjectMapper().readTree(out.toFile());
  }

  private List<String> listed() throws IOException {
    return written().get("images").findValuesAsText("file_name");
  }

  @Test
  void aByteOrderMarkIsNotPartOfAnyText() throws IOException {
    write("names.txt", MARK + "cat\r\ndog\r\n");
    write("labels/a.txt", MARK + "0 0.5 0.5 0.2 0.2\r\n");
    Path split = write("split.txt", MARK + "a.png\r\n");
    yolo("--split", split).succeeded();
    assertEquals(List.of("cat", "dog"), written().get("categories").findValuesAsText("name"));
    write("names.txt", MARK + "names: [cat, dog]\n");
    yolo().succeeded();
    write("xml/a.xml", MARK + xml("a.png"));
    voc("--split", split).succeeded();

    labelMap("gt/a.png");
    labelMap("dt/a.png");
    Path map = write("map.txt", MARK + "0 1\n");
    Path json = write("MAP.JSON", MARK + "{\"0\": 1}");
    for (Path table : List.of(map, json)) {
      String shown =
          semantic("--label-map", table, "--class-names", folder.resolve("names.txt"))
              .succeeded()
              .out();
      assertFalse(shown.contains(MARK), shown);
    }
    Path truth = write("gt.json", MARK + Files.readString(out));
    Path found = write("dt.json", MARK + "[]");
    CommandLineRun.of("score", "--type", "bbox", "--gt", truth, "--dt", found).succeeded();
    CommandLineRun.of("score", "--type", "bbox", "--gt", found, "--dt", truth)
        .failed(Main.USAGE, "swapped");
    TinyModel model = TinyModel.detector(folder, "cat");
    Path config = write("marked.json", MARK + Files.readString(model.config()));
    CommandLineRun.of("inspect", config).succeeded();
  }

  @Test
  void utf16TextIsReported() throws IOException {
    byte[] names = (MARK + "cat\ndog\n").getBytes(StandardCharsets.UTF_16LE);
    Path file = Files.write(folder.resolve("names.txt"), names);
    yolo().failed(Main.USAGE, file.toString(), "UTF-16", "save it as UTF-8");
    write("names.txt", "cat\n");
    Path split = Files.write(folder.resolve("split.txt"), names);
    yolo("--split", split).failed(Main.FAILED, split.toString(), "UTF-16");
    Path label = Files.write(labels.resolve("a.txt"), names);
    yolo().failed(Main.FAILED, label.toString(), "UTF-16");
  }

  @Test
  void hiddenFilesAndMacOsMetadataAreNotData() throws IOException {
    labelMap("gt/a.png");
    labelMap("dt/a.png");
    write("xml/a.xml", xml("a.png"));
    TinyModel segmenter = TinyModel.segmenter(folder, "sky", "road");
    Path weights = Files.createDirectory(folder.resolve("weights"));
    Files.copy(segmenter.weights(), weights.resolve("tiny.safetensors"));
    List<String> data =
        List.of("images/a.png", "labels/a.txt", "xml/a.xml", "gt/a.png", "dt/a.png");
    for (String name : data) {
      Path file = folder.resolve(name);
      Files.write(file.resolveSibling("._" + file.getFileName()), APPLE_DOUBLE);
      Files.write(file.resolveSibling(".hidden-" + file.getFileName()), APPLE_DOUBLE);
      for (String below : List.of("__MACOSX", ".ipynb_checkpoints")) {
        Path hidden = Files.createDirectories(file.resolveSibling(below));
        Files.write(hidden.resolve(file.getFileName()), APPLE_DOUBLE);
      }
    }
    Files.write(weights.resolve("._tiny.safetensors"), APPLE_DOUBLE);
    assertEquals("", yolo().succeeded().err());
    assertEquals(List.of("a.png"), listed());
    assertEquals("", voc("--images", images).succeeded().err());
    assertEquals("", semantic().succeeded().err());
    TinyModel model = new TinyModel(segmenter.config(), weights);
    List<Object> eval = model.arguments("eval", "--images", images);
    eval.addAll(List.of("--annotations", folder.resolve("gt")));
    assertEquals("", CommandLineRun.of(eval.toArray()).succeeded().err());
    for (Object input : List.of(images, images + "/*", images + "/**")) {
      List<Object> predict = model.arguments("predict", input, "--out", folder.resolve("drawn"));
      String shown = CommandLineRun.of(predict.toArray()).succeeded().out();
      assertEquals(2, shown.lines().count(), shown);
    }
  }

  @Test
  void extensionsIgnoreCase() throws IOException {
    Files.move(images.resolve("a.png"), images.resolve("a.PNG"));
    Files.move(labels.resolve("a.txt"), labels.resolve("a.TXT"));
    write("xml/a.XML", xml("a.PNG"));
    labelMap("gt/a.png");
    Files.move(folder.resolve("gt/a.png"), folder.resolve("gt/a.PNG"));
    labelMap("dt/a.png");
    yolo().succeeded();
    assertEquals(List.of("a.PNG"), listed());
    assertEquals(1, written().get("annotations").size());
    voc().succeeded();
    semantic().succeeded();
    labelMap("gt/a.png");
    semantic().failed(Main.FAILED, "a.PNG", "a.png", "have the same name");
  }

  @Test
  void imagesInSubfoldersKeepTheirPaths() throws IOException {
    TinyModel.picture(images.resolve("x/a.png"), 40, 60);
    TinyModel.picture(images.resolve("x/y/b.png"), 40, 60);
    write("labels/x/a.txt", "1 0.5 0.5 0.2 0.2\n0 0.5 0.5 0.4 0.4\n");
    write("labels/x/y/classes.txt", "cat\n");
    assertEquals("", yolo().succeeded().err());
    assertEquals(List.of("a.png", "x/a.png", "x/y/b.png"), listed());
    assertEquals(3, written().get("annotations").size());

    Path split = write("split.txt", "b.png\n./images/x/a.png\n" + images.resolve("a.png") + "\n");
    yolo("--split", split).succeeded();
    assertEquals(List.of("x/y/b.png", "x/a.png", "a.png"), listed());
    Files.writeString(split, "x\\a.png\nx%2Fy/b.png\n");
    yolo("--split", split).succeeded();
    assertEquals(List.of("x/a.png", "x/y/b.png"), listed());
    Files.writeString(split, "c%20d.png\n");
    yolo("--split", split).failed(Main.USAGE, "c%20d.png", "percent-encoded");

    Path truth = Files.move(out, folder.resolve("gt.json"));
    labels = folder.resolve("found");
    write("found/x/a.txt", "1 0.5 0.5 0.2 0.2 0.9\n");
    yolo("--split", write("split.txt", "x/a.png"), "--detections-of", truth).succeeded();
    assertEquals(1, written().get(0).get("image_id").asInt());

    write("xml/x/a.xml", xml("a.png"));
    write("xml/a.xml", xml("a.png"));
    voc().succeeded();
    assertEquals(List.of("a.png", "x/a.png"), listed());
  }

  @Test
  void detectionsOfAnAmbiguousImageAreRejected() throws IOException {
    TinyModel.picture(images.resolve("x/b.png"), 40, 60);
    TinyModel.picture(images.resolve("y/b.png"), 40, 60);
    yolo().succeeded();
    Path truth = Files.move(out, folder.resolve("gt.json"));
    images = folder.resolve("other");
    TinyModel.picture(images.resolve("b.png"), 40, 60);
    yolo("--detections-of", truth).failed(Main.FAILED, "more than one image", "\"b\"");
  }

  @Test
  void linksToFilesAndFoldersAreFollowedAndCyclesEnd() throws IOException {
    Path real = Files.createDirectory(folder.resolve("real"));
    Files.move(images.resolve("a.png"), real.resolve("a.png"));
    Files.createSymbolicLink(images.resolve("a.png"), real.resolve("a.png"));
    Files.createSymbolicLink(images.resolve("x"), real);
    Files.createSymbolicLink(real.resolve("back"), images);
    yolo().succeeded();
    assertEquals(List.of("a.png", "x/a.png"), listed());
    labelMap("maps/a.png");
    Files.createSymbolicLink(folder.resolve("maps/circle"), folder.resolve("maps"));
    Files.createSymbolicLink(folder.resolve("gt"), folder.resolve("maps"));
    Files.createDirectory(folder.resolve("dt"));
    Files.createSymbolicLink(folder.resolve("dt/a.png"), folder.resolve("maps/a.png"));
    semantic().succeeded();
    Files.createSymbolicLink(folder.resolve("maps/x"), folder.resolve("dt"));
    semantic().failed(Main.FAILED, "1 of the 2 label maps", folder + "/dt/x/a.png");
    Files.createSymbolicLink(images.resolve("gone.png"), folder.resolve("gone.png"));
    yolo().failed(Main.FAILED, "gone.png", "does not exist");
  }

  private CommandLineRun eval(TinyModel model, Path truth, Object... more) {
    List<Object> args = model.arguments("eval", "--images", images, "--annotations", truth);
    args.addAll(List.of(more));
    return CommandLineRun.of(args.toArray());
  }

  private Path truth(String... fileNames) throws IOException {
    List<String> list = new ArrayList<>();
    for (int i = 0; i < fileNames.length; i++) {
      String name = fileNames[i].replace("\\", "\\\\");
      list.add(
          "{\"id\": " + i + ", \"height\": 40, \"width\": 60, \"file_name\": \"" + name + "\"}");
    }
    return write(
        "gt.json",
        "{\"images\": "
            + list
            + ", \"annotations\": [], \"categories\": [{\"id\": 1, \"name\": \"cat\"}]}");
  }

  @Test
  void namesFromOtherSystemsFindTheirImageWithOneWarning() throws IOException {
    TinyModel model = TinyModel.detector(folder, "cat");
    TinyModel.picture(images.resolve("val set/ä b.png"), 40, 60);
    TinyModel.picture(images.resolve("val set/c.png"), 40, 60);
    Path truth = truth("val set\\c.png", "val%20set/%C3%A4%20b.png", "a.png");
    String err = eval(model, truth, "--out", folder.resolve("out")).succeeded().err();
    assertEquals(
        1, err.lines().filter(l -> l.contains("warning: file names from another")).count());
    assertTrue(err.contains(": 2 (first: " + truth + ": image 0: \"val set\\c.png\" is "), err);
    eval(model, truth, "--strict").failed(Main.FAILED, "another system", "--strict");
  }

  @Test
  void missingImagesAreReportedBeforeTheModelRuns() throws IOException {
    TinyModel model = TinyModel.detector(folder, "cat");
    eval(model, truth("a.png", "val\\b.png"), "--out", folder.resolve("run"))
        .failed(Main.FAILED, "image 1", images.resolve("val\\b.png").toString(), "backslash");
    eval(model, truth("a.png", "val%20set/b.png"))
        .failed(Main.FAILED, "image 1", "percent-encoded", "URL");
    eval(model, truth("b.png", "c.png"))
        .failed(Main.FAILED, "none of the images", images.resolve("b.png").toString());
    eval(model, truth("val/a.png"))
        .failed(Main.FAILED, "none of the images", "However, " + images.resolve("a.png"));
    assertFalse(Files.exists(folder.resolve("run")));
  }
}
