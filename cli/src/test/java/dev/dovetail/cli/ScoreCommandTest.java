package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreCommandTest {

  private static final String TRUTH =
      "{'images':[{'id':1,'width':100,'height':100},{'id':2,'width':100,'height':100}],"
          + "'categories':[{'id':7,'name':'cat'},{'id':9,'name':'dog'}],"
          + "'annotations':[{'id':5,'image_id':1,'category_id':7,'bbox':[10,10,50,50],"
          + "'area':2500,'iscrowd':0}]}";
  private static final String FOUND =
      "[{'image_id':1,'category_id':7,'bbox':[10,10,50,50],'score':0.9}]";

  @TempDir Path folder;
  private Path truth;
  private Path found;

  @BeforeEach
  void write() throws IOException {
    truth = json("gt.json", TRUTH);
    found = json("dt.json", FOUND);
  }

  private Path json(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text.replace('\'', '"'));
  }

  private CommandLineRun boxes(Path gt, Path dt, Object... more) {
    Object[] args = new Object[7 + more.length];
    Object[] first = {"score", "--type", "bbox", "--gt", gt, "--dt", dt};
    System.arraycopy(first, 0, args, 0, first.length);
    System.arraycopy(more, 0, args, first.length, more.length);
    return CommandLineRun.of(args);
  }

  private CommandLineRun keypoints(Object... more) {
    List<Object> args =
        new ArrayList<>(List.of("score", "--type", "keypoints", "--gt", truth, "--dt", found));
    args.addAll(List.of(more));
    return CommandLineRun.of(args.toArray());
  }

  @Test
  void theTextHasThe12LinesOfPycocotoolsAndATableOfClasses() {
    List<String> lines = boxes(truth, found).succeeded().out().lines().toList();
    assertEquals(
        " Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 1.000",
        lines.get(0));
    assertEquals(
        " Average Recall     (AR) @[ IoU=0.50:0.95 | area= large | maxDets=100 ] = -1.000",
        lines.get(11));
    assertEquals("", lines.get(12));
    assertTrue(lines.get(13).startsWith("category     AP   AP50"), lines.get(13));
    assertEquals("cat       1.000", lines.get(14).substring(0, 15));
    assertEquals("dog         nan", lines.get(15).substring(0, 15));
    assertTrue(lines.stream().allMatch(l -> l.length() <= 80), lines::toString);
  }

  @Test
  void jsonReplacesStdoutOrIsWrittenToAFileInAdditionToTheTable() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    JsonNode onStdout = mapper.readTree(boxes(truth, found, "--json").succeeded().out());
    Path file = folder.resolve("scores.json");
    CommandLineRun beside = boxes(truth, found, "--json=" + file).succeeded();
    assertTrue(beside.out().contains("Average Precision"), beside.out());
    assertEquals(onStdout, mapper.readTree(file.toFile()));
    assertEquals(12, onStdout.get("stats").size());
  }

  @Test
  void anUnwritableJsonFileIsReportedBeforeAnythingIsRead() {
    boxes(Path.of("none"), Path.of("none"), "--json=" + folder)
        .failed(Main.USAGE, "is a directory");
    boxes(Path.of("none"), Path.of("none"), "--json=" + folder.resolve("no/x.json"))
        .failed(Main.USAGE, "no such directory: " + folder.resolve("no"));
  }

  @Test
  void gzipFilesAreReadDirectly() throws IOException {
    Path zipped = folder.resolve("dt.json.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
      out.write(FOUND.replace('\'', '"').getBytes());
    }
    assertEquals(boxes(truth, found).out(), boxes(truth, zipped).succeeded().out());
    Files.write(zipped, new byte[] {0x1f, (byte) 0x8b, 8, 0, 1});
    boxes(truth, zipped).failed(Main.FAILED, zipped.toString(), "gzip");
  }

  @Test
  void invalidFilesAreReported() throws IOException {
    boxes(found, truth).failed(Main.USAGE, "--gt and --dt seem to be swapped");
    boxes(truth, folder.resolve("none.json")).failed(Main.FAILED, "none.json does not exist");
    boxes(truth, folder)
        .failed(Main.USAGE, "is a directory without detections; expected a JSON file");
    boxes(truth, json("text.json", "hello")).failed(Main.FAILED, "not valid JSON");
    boxes(truth, json("other.json", FOUND.replace("'image_id':1", "'image_id':77")))
        .failed(Main.FAILED, "results[0].image_id: 77 is not an image of " + truth);
    boxes(truth, json("cut.json", FOUND.substring(0, 20))).failed(Main.FAILED, "ends early");
  }

  @Test
  void irregularitiesAreCountedInOneLineAndRejectedIfStrict() throws IOException {
    Path odd = json("odd.json", FOUND.replace("'category_id':7", "'category_id':8"));
    CommandLineRun counted = boxes(truth, odd).succeeded();
    assertEquals(1, counted.err().lines().count(), counted.err());
    assertTrue(counted.err().contains("category that is not listed"), counted.err());
    assertTrue(counted.err().contains(": 1 (first: "), counted.err());
    boxes(truth, odd, "--strict").failed(Main.FAILED, "rejected by --strict");
  }

  @Test
  void invalidOptionsAreUsageErrors() {
    boxes(truth, found, "--max-dets", "1,10").failed(Main.USAGE, "at least three");
    boxes(truth, found, "--area-ranges", "all:0").failed(Main.USAGE, "NAME:LOW:HIGH");
    boxes(truth, found, "--classes", "3").failed(Main.USAGE, "--type semantic");
    boxes(truth, found, "--sigmas", "0.1").failed(Main.USAGE, "--type keypoints");
    keypoints("--no-cats").failed(Main.USAGE, "matched by category");
    keypoints("--sigmas", "0.1,-1").failed(Main.USAGE, "sigma -1");
    keypoints("--sigmas", "").failed(Main.USAGE, "--sigmas");
    boxes(truth, found, "--strickt").failed(Main.USAGE, "--strickt", "--strict");
    boxes(truth, found, "--img-ids", "1,5").failed(Main.FAILED, "5");
    CommandLineRun.of("score", "--type", "boxes", "--gt", truth, "--dt", found)
        .failed(Main.USAGE, "expected one of bbox, segm, ", "panoptic, semantic", "boxes");
    CommandLineRun.of("score", "--type", "semantic", "--gt", folder, "--dt", folder)
        .failed(Main.USAGE, "--classes");
  }

  @Test
  void labelMapsAreMatchedByNameAndInvalidValuesCounted() throws IOException {
    Path gt = Files.createDirectory(folder.resolve("gt"));
    Path dt = Files.createDirectory(folder.resolve("pred"));
    labels(gt.resolve("a.png"), 2, 0, 1, 255, 7);
    labels(gt.resolve("b.png"), 2, 0, 0, 1, 1);
    labels(dt.resolve("a.png"), 2, 0, 1, 0, 0);
    Object[] args = {"score", "--type", "semantic", "--gt", gt, "--dt", dt, "--classes", 2};
    CommandLineRun.of(args)
        .failed(
            Main.FAILED,
            "1 of the 2 label maps in " + gt + " has no prediction",
            dt.resolve("b.png").toString());
    labels(dt.resolve("b.png"), 1, 0, 0);
    CommandLineRun.of(args).failed(Main.FAILED, "b.png is 2x1", "is 2x2");
    labels(dt.resolve("b.png"), 2, 0, 9, 1, 1);
    labels(dt.resolve("c.png"), 2, 0, 9, 1, 1);
    CommandLineRun run = CommandLineRun.of(args).succeeded();
    assertEquals(3, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("predictions without a ground truth"), run.err());
    assertTrue(run.err().contains("b.png contains 9, but the classes are 0 to 1"), run.err());
    assertTrue(run.err().contains("label maps with values outside the classes: 1"), run.err());
    assertTrue(run.out().lines().allMatch(l -> l.length() <= 80), run.out());
    assertTrue(run.out().contains("mIoU"), run.out());
    List<Object> named = new ArrayList<>(List.of(args));
    Path names = Files.writeString(folder.resolve("names.txt"), "sky\nsea \n");
    named.addAll(List.of("--class-names", names));
    assertTrue(CommandLineRun.of(named.toArray()).succeeded().out().contains("\nsea "), "no name");
    Files.writeString(names, "sky\n\nsea\n");
    CommandLineRun.of(named.toArray()).failed(Main.USAGE, "names.txt:2: the line is empty");
    CommandLineRun.of("score", "--type", "semantic", "--gt", truth, "--dt", dt, "--classes", "2")
        .failed(Main.FAILED, "--gt " + truth + " is not a directory");
  }

  @Test
  void masksWithValues0And255AreScoredLikeTheReferenceWithAHint() throws IOException {
    Path gt = Files.createDirectory(folder.resolve("gt"));
    Path dt = Files.createDirectory(folder.resolve("pred"));
    labels(gt.resolve("a.png"), 1, 0, 0, 0, 255);
    labels(gt.resolve("b.png"), 1, 0, 0, 0, 0);
    labels(dt.resolve("a.png"), 1, 0, 0, 0, 1);
    labels(dt.resolve("b.png"), 1, 0, 0, 1, 0);
    List<Object> args = new ArrayList<>(List.of("score", "--type", "semantic", "--gt", gt));
    args.addAll(List.of("--classes", 2));
    List<Object> scored = new ArrayList<>(args);
    scored.addAll(List.of("--dt", dt));
    CommandLineRun run = CommandLineRun.of(scored.toArray()).succeeded();
    assertTrue(run.out().contains("85.71"), run.out());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("class 1 has no pixel in the ground truth"), run.err());
    assertTrue(run.err().contains("12.5 % are ignored (the value 255)"), run.err());
    assertTrue(run.err().contains("--label-map FILE with the lines \"0 0\" and"), run.err());
    scored.add("--strict");
    CommandLineRun.of(scored.toArray()).failed(Main.FAILED, "class 1 has no pixel", "strict");
    scored.set(scored.size() - 1, "--save-state");
    Path state = folder.resolve("part.state");
    scored.add(state);
    CommandLineRun.of(scored.toArray()).succeeded();
    args.addAll(List.of("--merge", state));
    run = CommandLineRun.of(args.toArray()).succeeded();
    assertTrue(run.err().contains("class 1 has no pixel in the ground truth"), run.err());
    Path table = Files.writeString(folder.resolve("map.txt"), "0 0\n255 1\n");
    scored = scored.subList(0, scored.size() - 2);
    scored.addAll(List.of("--label-map", table));
    assertEquals("", CommandLineRun.of(scored.toArray()).succeeded().err());
  }

  @Test
  void theLabelMapIsAFileOrAKnownName() throws IOException {
    Path gt = Files.createDirectory(folder.resolve("gt"));
    Path dt = Files.createDirectory(folder.resolve("pred"));
    labels(gt.resolve("a.png"), 1, 12, 91, 181, 11);
    labels(dt.resolve("a.png"), 1, 11, 80, 170, 3);
    Path table = Files.writeString(folder.resolve("t.txt"), "12 11\n91 80\n181 170\n");
    CommandLineRun named = semantic(gt, dt, "--classes", 171, "--label-map", "coco-stuff");
    assertEquals(
        named.succeeded().out(), semantic(gt, dt, "--classes", 171, "--label-map", table).out());
    assertTrue(named.out().contains("100.00  100.00"), named.out());
    semantic(gt, dt, "--classes", 100, "--label-map", "coco-stuff")
        .failed(Main.USAGE, "--label-map coco-stuff maps ", "the classes are 0 to 99");
    Files.writeString(table, "12 road\n");
    semantic(gt, dt, "--classes", 171, "--label-map", table).failed(Main.FAILED, "t.txt:1: ");
    semantic(gt, dt, "--classes", 9, "--label-map", "citiscapes").failed(Main.FAILED, "citiscapes");
  }

  @Test
  void nanToNumReplacesTheIouOfAbsentClasses() throws IOException {
    Path gt = Files.createDirectory(folder.resolve("gt"));
    Path dt = Files.createDirectory(folder.resolve("pred"));
    labels(gt.resolve("a.png"), 1, 0, 0);
    labels(dt.resolve("a.png"), 1, 0, 0);
    ObjectMapper mapper = new ObjectMapper();
    JsonNode left = mapper.readTree(semantic(gt, dt, "--classes", 4, "--json").succeeded().out());
    JsonNode zero =
        mapper.readTree(
            semantic(gt, dt, "--classes", 4, "--nan-to-num", 0, "--json").succeeded().out());
    assertEquals(1, left.at("/summary_float64/mIoU").asDouble());
    assertEquals(0.25, zero.at("/summary_float64/mIoU").asDouble());
  }

  private static CommandLineRun semantic(Path gt, Path dt, Object... more) {
    Object[] args = new Object[7 + more.length];
    System.arraycopy(
        new Object[] {"score", "--type", "semantic", "--gt", gt, "--dt", dt}, 0, args, 0, 7);
    System.arraycopy(more, 0, args, 7, more.length);
    return CommandLineRun.of(args);
  }

  private static void labels(Path file, int height, int... values) throws IOException {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    LabelPng.write(file, new LabelMap.Bytes(new Size(height, values.length / height), bytes));
  }

  @Test
  void helpShowsAnExample() {
    CommandLineRun run = CommandLineRun.of("score", "--help").succeeded();
    assertTrue(run.out().contains("Example:"), run.out());
    assertTrue(run.out().lines().allMatch(l -> l.length() <= 80), run.out());
  }
}
