package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Box;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Errors in files of every format are reported with their position, and nothing is written. */
class ConvertWrongLabelsTest {

  @TempDir Path folder;

  private Path out() {
    return folder.resolve("out.json");
  }

  private CommandLineRun convert(String from, Path labels, Object... more) {
    List<Object> args = new ArrayList<>(List.of("convert", "--from", from, "--labels", labels));
    args.addAll(List.of(more));
    if (!args.contains("--out")) {
      args.addAll(List.of("--out", out()));
    }
    return CommandLineRun.of(args.toArray());
  }

  private Path file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private CocoDataset written() throws IOException {
    return CocoDataset.read(out(), new Warnings(Strictness.LENIENT));
  }

  private void refused(String from, Path labels, String... parts) {
    convert(from, labels).failed(Main.FAILED, parts);
    assertFalse(Files.exists(out()), from + " left a file");
  }

  private Path labelme(String shapes) throws IOException {
    String text =
        "{'version': '5.5.0', 'flags': {}, 'shapes': ["
            + (shapes + "], 'imagePath': 'a.jpg', 'imageData': null, 'imageHeight': 40,")
            + " 'imageWidth': 50}";
    file("labelme/a.json", text.replace('\'', '"'));
    return folder.resolve("labelme");
  }

  @Test
  void labelMe() throws IOException {
    String[][] wrong = {
      {"{'label': 'cat', 'points': [[1, 2], [3, 4]], 'shape_type': 'polygon'}", "of 2 points"},
      {"{'label': 'cat', 'points': [[1, 2, 3]], 'shape_type': 'polygon'}", "points[0]", "x and y"},
      {"{'label': 'cat', 'points': [[1, 'x']]}", "shapes[0].points[0]"},
      {"{'points': [[1, 2], [3, 4], [5, 6]]}", "shapes[0].label", "is missing"},
      {"{'label': 'cat', 'points': [[1, 2], [3, 4]], 'shape_type': 'mask'}", "shapes[0].mask"},
      {
        "{'label': 'cat', 'points': [[1, 2], [3, 4]], 'shape_type': 'mask', 'mask': 'AAAA'}",
        "shapes[0].mask"
      },
      {"{'label': ", "not valid JSON"},
    };
    for (String[] w : wrong) {
      refused("labelme", labelme(w[0]), "a.json", w[1], w[w.length - 1]);
    }
    file("labelme/a.json", "{\"images\": []}");
    refused("labelme", folder.resolve("labelme"), "a.json", "shapes");
    file("labelme/a.json", "{\"shapes\": []}");
    refused("labelme", folder.resolve("labelme"), "a.json", "imageWidth", "--images");
    Path good =
        labelme(
            "{'label': 'cat', 'points': [[9, 8], [1, 2]], 'shape_type': 'rectangle'},"
                + "{'label': 'cat', 'points': [[9, 8], [1, 2]], 'shape_type': 'line'}");
    String err = convert("labelme", good).succeeded().err();
    assertTrue(err.contains("shapes without an area"), err);
    assertEquals(new Box(1, 2, 8, 6), written().annotations().get(0).box());
    convert("labelme", good, "--strict").failed(Main.FAILED, "shapes[1]", "rejected by --strict");
  }

  private Path cvat(String image) throws IOException {
    return file(
        "cvat.xml",
        "<?xml version='1.0'?>\n<annotations><version>1.1</version>\n"
            + ("<image id='0' name='a.jpg' width='50' height='40'>\n" + image)
            + "</image></annotations>");
  }

  @Test
  void cvat() throws IOException {
    String corners = "xtl='1' ytl='2' xbr='9' ybr='8'";
    String[][] wrong = {
      {"<box " + corners + "/>", "cvat.xml:4: image[0].box[0].label", "is missing"},
      {"<box label='cat' xtl='1' ytl='2' xbr='9'/>", "cvat.xml:4: image[0].box[0].ybr"},
      {"<box label='cat' xtl='10' ytl='2' xbr='9' ybr='8'/>", "swapped"},
      {"<polygon label='cat' points='1,2;3,4'/>", "points", "three or more"},
      {"<polygon label='cat' points='1,2;3;4,5'/>", "points[1]", "expected x,y"},
      {"<mask label='cat' rle='1, 2' left='0' top='0' width='2' height='2'/>", "add up to 3"},
      {"<mask label='cat' rle='1, 9' left='0' top='0' width='2' height='2'/>", "add up to 10"},
      {
        "<mask label='cat' rle='0, 4' left='49' top='0' width='2' height='2'/>",
        "extend beyond the image"
      },
      {"<mask label='cat' rle='-1, 5' left='0' top='0' width='2' height='2'/>", "rle[0]"},
      {"<box label='cat' " + corners + ">", "not valid XML"},
    };
    for (String[] w : wrong) {
      refused("cvat", cvat(w[0]), "cvat.xml", w[0 + 1], w[w.length - 1]);
    }
    refused("cvat", file("v.xml", "<annotations><track/></annotations>"), "CVAT for images 1.1");
    refused("cvat", file("v.xml", "<annotation/>"), "expected <annotations>");
    Path secret = file("secret", "x");
    refused(
        "cvat",
        file(
            "v.xml",
            "<!DOCTYPE a [<!ENTITY e SYSTEM '"
                + (secret.toUri() + "'>]><annotations><version>&e;</version></annotations>")),
        "v.xml");
    String err =
        convert("cvat", cvat("<points label='cat' points='1,2'/><box label='ox' " + corners + "/>"))
            .succeeded()
            .err();
    assertTrue(err.contains("shapes that are not a box, polygon or mask (ignored): 1"), err);
    assertEquals(new Box(1, 2, 8, 6), written().annotations().get(0).box());
    convert("cvat", cvat("<box label='ox' rotation='90' xtl='10' ytl='10' xbr='20' ybr='14'/>"))
        .succeeded();
    Box turned = written().annotations().get(0).box();
    assertEquals(13, turned.x(), 1e-9);
    assertEquals(10, turned.height(), 1e-9);
  }

  private Path labelStudio(String regions) throws IOException {
    String text =
        "[{'id': 1, 'data': {'image': '/data/upload/1/0a1b2c3d-a.jpg'},\n"
            + ("'annotations': [{'result': [" + regions + "]}]}]");
    return file("tasks.json", text.replace('\'', '"'));
  }

  private static String region(String type, String value) {
    return "{'type': '"
        + (type + "', 'original_width': 50, 'original_height': 40, 'value': {" + value)
        + (", '" + type + "': ['cat']}}");
  }

  @Test
  void labelStudio() throws IOException {
    String[][] wrong = {
      {region("rectanglelabels", "'x': 1, 'y': 2, 'width': 3"), "tasks[0]", "height", "missing"},
      {region("polygonlabels", "'points': [[1, 2], [3, 4]]"), "tasks[0]", "three or more"},
      {region("brushlabels", "'rle': [0, 0, 31, 65]"), "result[0].value.rle", "contains 8001"},
      {region("brushlabels", "'rle': [300]"), "0 to 255"},
      {region("brushlabels", "'format': 'rle'"), "rle", "missing"},
      {
        region("rectanglelabels", "'x': 1, 'y': 2, 'width': 3, 'height': 4").replace("50", "0"),
        "original_width"
      },
    };
    for (String[] w : wrong) {
      refused("label-studio", labelStudio(w[0]), "tasks.json", w[1], w[w.length - 1]);
    }
    refused("label-studio", labelStudio(""), "0a1b2c3d".isEmpty() ? "" : "\"a.jpg\"", "--images");
    refused("label-studio", file("min.json", "[{\"image\": \"a.jpg\"}]"), "tasks[0]", "data");
    refused(
        "label-studio",
        file("min.json", "[{\"data\": {\"image\": \"a.jpg\"}, \"label\": []}]"),
        "not JSON-MIN");
    Path good =
        labelStudio(
            region("rectanglelabels", "'x': 10, 'y': 20, 'width': 30, 'height': 40, 'rotation': 0")
                + ","
                + region("ellipselabels", "'x': 1, 'y': 2"));
    String err = convert("label-studio", good).succeeded().err();
    assertTrue(err.contains("regions that are not a rectangle"), err);
    assertEquals(new Box(5, 8, 15, 16), written().annotations().get(0).box());
    assertEquals("a.jpg", written().images().get(0).fileName());
  }

  @Test
  void csv() throws IOException {
    String head = "image,width,height,class,x,y,w,h\n";
    String[][] wrong = {
      {"", "missing column \"image\""},
      {"image,width,height\n", "missing column \"class\""},
      {head + "a.jpg,50,40,cat,1,2,3\n", "a.csv:2", "7 cells"},
      {head + "a.jpg,50,40,cat,1,2,x,4\n", "a.csv:2: w", "\"x\""},
      {head + "a.jpg,50,0.5,cat,1,2,3,4\n", "a.csv:2: height"},
      {head + "a.jpg,50,40,cat,1,2,3,4\na.jpg,51,40,cat,1,2,3,4\n", "a.csv:3: width"},
      {head + "\"a.jpg,50,40,cat,1,2,3,4\n", "a.csv:2", "not closed"},
      {"rle," + head + "zz9,a.jpg,50,40,cat,1,2,3,4\n", "a.csv:2: rle"},
    };
    for (String[] w : wrong) {
      refused("csv", file("a.csv", w[0]), "a.csv", w[1], w[w.length - 1]);
    }
    convert("csv", file("a.csv", head + "a.jpg,50,40,cat,1,2,3,4\nb.jpg,9,9,,,,,\n")).succeeded();
    assertEquals(2, written().images().size());
    assertEquals(1, written().annotations().size());
  }

  @Test
  void maps() throws IOException {
    Path maps = Files.createDirectories(folder.resolve("maps"));
    Path map = maps.resolve("a.png");
    LabelPng.write(map, LabelMap.of(new Size(1, 2), new int[] {0, 2}, false));
    convert("masks", maps).failed(Main.USAGE, "--classes", "classes.txt");
    Path classes = file("names.txt", "cat\ndog\n");
    for (String from : List.of("masks", "voc-masks", "instances", "ade20k")) {
      LabelPng.write(map, LabelMap.of(new Size(1, 2), new int[] {0, 3}, false));
      convert(from, maps, "--classes", classes)
          .failed(Main.FAILED, map.toString(), "the value 3", "expected");
    }
    Files.delete(map);
    convert("masks", maps, "--classes", classes).failed(Main.USAGE, "no PNG file");
    convert("masks", map, "--classes", classes).failed(Main.USAGE, "no such directory");
  }

  private static final String TRUTH =
      "{'images': [{'id': 1, 'width': 50, 'height': 40, 'file_name': 'a.jpg'}],"
          + "'categories': [{'id': 1, 'name': 'cat'}],"
          + "'annotations': [{'id': 1, 'image_id': 1, 'category_id': 1, 'bbox': [1, 2, 60, 8],"
          + "'area': 9, 'iscrowd': 0}]}";

  private Path truth(String text) throws IOException {
    return file("gt.json", text.replace('\'', '"'));
  }

  @Test
  void namesOutsideTheFolderAreRejectedAndNothingIsLeft() throws IOException {
    for (String name : List.of("../a.jpg", "/tmp/a.jpg", "x/../../a.jpg", "..\\\\a.jpg")) {
      Path truth = truth(TRUTH.replace("a.jpg", name));
      for (String to : List.of("yolo", "voc", "labelme", "masks")) {
        Path set = folder.resolve("set");
        convert("coco", truth, "--to", to, "--out", set)
            .failed(Main.FAILED, "gt.json", "not a path below a directory");
        assertFalse(Files.exists(set), name);
      }
    }
  }

  @Test
  void nonEmptyFoldersAreUnchanged() throws IOException {
    Path set = folder.resolve("set");
    file("set/mine.txt", "x");
    convert("coco", truth(TRUTH), "--to", "yolo", "--out", set)
        .failed(Main.USAGE, "is not empty", "mine.txt");
    assertEquals("x", Files.readString(set.resolve("mine.txt")));
    convert("coco", truth(TRUTH), "--to", "yolo", "--out", set.resolve("mine.txt"))
        .failed(Main.USAGE, "is a file");
    convert("coco", truth(TRUTH), "--to", "yolo", "--out", folder.resolve("no/set"))
        .failed(Main.USAGE, "does not exist");
  }

  @Test
  void unsupportedContentOfAFormatIsReported() throws IOException {
    Path set = folder.resolve("set");
    String err = convert("coco", truth(TRUTH), "--to", "yolo", "--out", set).succeeded().err();
    assertTrue(err.contains("extend beyond their image (clipped to it)"), err);
    assertEquals("0 0.51 0.15 0.98 0.2", Files.readString(set.resolve("labels/a.txt")).strip());
    err =
        convert(
                "coco",
                truth(TRUTH.replace("'iscrowd': 0", "'iscrowd': 1")),
                "--to",
                "yolo",
                "--out",
                folder.resolve("crowds"))
            .succeeded()
            .err();
    assertTrue(err.contains("crowds and difficult objects (omitted"), err);
    convert("coco", truth(TRUTH), "--to", "cityscapes", "--out", folder.resolve("city"))
        .failed(Main.FAILED, "\"cat\" is not a Cityscapes label");
    convert("coco", truth(TRUTH), "--to", "json", "--out", out())
        .failed(Main.USAGE, "'json' is not a supported format");
  }

  @Test
  void splitsOfADataYamlAreSelectedAndMustExist() throws IOException {
    Path yaml = file("set/data.yaml", "path: .\ntrain: images\nval: images/no\nnames: [cat]\n");
    Files.createDirectories(folder.resolve("set/images"));
    convert("yolo", yaml, "--part", "train")
        .failed(Main.FAILED, "data.yaml", "\"val\" is", "does not exist");
    Files.writeString(yaml, "train: images\nval: images\nnames: [cat]\n");
    convert("yolo", yaml).failed(Main.USAGE, "the splits train, val", "--part");
    convert("yolo", yaml, "--part", "test").failed(Main.USAGE, "but not \"test\"");
    convert("yolo", yaml, "--part", "val").failed(Main.USAGE, "no images");
    Files.writeString(yaml, "names: [cat]\n");
    convert("yolo", yaml).failed(Main.FAILED, "missing \"train\"");
    convert("coco", truth(TRUTH), "--part", "val").failed(Main.USAGE, "--part requires");
  }
}
