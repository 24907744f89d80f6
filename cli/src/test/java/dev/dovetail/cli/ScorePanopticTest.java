package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScorePanopticTest {

  private static final String TRUTH =
      "{'categories':[{'id':1,'name':'cat','isthing':1},{'id':9,'name':'sky','isthing':0}],"
          + "'annotations':[{'image_id':4,'file_name':'4.png','segments_info':"
          + "[{'id':7,'category_id':1,'area':3,'iscrowd':0}]}]}";
  private static final String FOUND =
      "{'annotations':[{'image_id':4,'file_name':'x.png','segments_info':"
          + "[{'id':300,'category_id':1}]}]}";

  @TempDir Path folder;
  private Path truth;
  private Path found;

  @BeforeEach
  void write() throws IOException {
    truth = json("gt.json", TRUTH);
    found = json("dt.json", FOUND);
    ids(Files.createDirectory(folder.resolve("gt")).resolve("4.png"), 7, 7, 7, 0);
    ids(Files.createDirectory(folder.resolve("dt")).resolve("x.png"), 300, 300, 0, 0);
  }

  private Path json(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text.replace('\'', '"'));
  }

  private static void ids(Path file, int... ids) throws IOException {
    BufferedImage image = new BufferedImage(ids.length, 1, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < ids.length; x++) {
      int id = ids[x];
      image.setRGB(x, 0, (id & 0xff) << 16 | id & 0xff00 | id >> 16);
    }
    ImageIO.write(image, "png", file.toFile());
  }

  private static CommandLineRun score(Path gt, Path dt, Object... more) {
    Object[] args = new Object[7 + more.length];
    System.arraycopy(
        new Object[] {"score", "--type", "panoptic", "--gt", gt, "--dt", dt}, 0, args, 0, 7);
    System.arraycopy(more, 0, args, 7, more.length);
    return CommandLineRun.of(args);
  }

  @Test
  void thePngFoldersAreFoundByTheNamesOfTheJsonFiles() {
    CommandLineRun run = score(truth, found).succeeded();
    assertTrue(run.out().contains("All     66.7  66.7  100.0  1"), run.out());
    assertTrue(run.out().lines().allMatch(l -> l.length() <= 80), run.out());
    assertEquals("", run.err());
  }

  @Test
  void stringIdsAreScoredAndWrittenToTheJson() throws IOException {
    String texts = TRUTH.replace("'image_id':4", "'image_id':'four'");
    texts = texts.replace("'id':1,", "'id':'c',").replace("'category_id':1", "'category_id':'c'");
    texts = texts.replace("'id':9", "'id':'s'");
    Path own = json("gt.json", texts);
    String same = FOUND.replace("'image_id':4", "'image_id':'four'");
    same = same.replace("'category_id':1", "'category_id':'c'");
    CommandLineRun run = score(own, json("dt.json", same), "--json").succeeded();
    assertEquals("", run.err());
    assertTrue(run.out().replaceAll("\\s", "").contains("\"id\":\"c\""), run.out());
    String named = same.replace("'four'", "4").replace("x.png", "4.png");
    ids(folder.resolve("dt/4.png"), 300, 300, 0, 0);
    run = score(own, json("dt.json", named)).succeeded();
    assertTrue(run.out().contains("All     66.7  66.7  100.0  1"), run.out());
    assertTrue(run.err().contains("predictions matched by file_name"), run.err());
    score(own, json("dt.json", same.replace("'c'", "'d'")))
        .failed(Main.FAILED, "segment 300.category_id", "does not list the category \"d\"");
    score(own, json("dt.json", same.replace("'c'", "1")))
        .failed(Main.FAILED, "does not list the category 1");
    score(json("gt.json", TRUTH), json("dt.json", same))
        .failed(Main.FAILED, "\"four\" (file_name \"x.png\") is not an image of " + truth);
  }

  @Test
  void mapsAreFoundByNamesFromOtherSystems() throws IOException {
    Path below = Files.createDirectory(folder.resolve("dt/val set"));
    Files.move(folder.resolve("dt/x.png"), below.resolve("x.png"));
    for (String name : new String[] {"val set\\\\x.png", "val%20set/x.png"}) {
      Path named = json("dt.json", FOUND.replace("x.png", name));
      CommandLineRun run = score(truth, named).succeeded();
      assertTrue(run.err().contains("warning: file names from another system"), run.err());
    }
    score(truth, json("dt.json", FOUND.replace("x.png", "val\\\\x.png")))
        .failed(Main.FAILED, "no such file", "backslash");
  }

  @Test
  void inconsistenciesAreReportedWithFileAndRecord() throws IOException {
    Path more = json("more.json", TRUTH.replace("'image_id':4", "'image_id':5"));
    score(more, found, "--gt-images", folder.resolve("gt"))
        .failed(Main.FAILED, "1 of the 1 images of " + more + " have no prediction", "image 5");
    score(more, found).failed(Main.USAGE, "--gt-images: no such directory", "more");
    ids(folder.resolve("dt/x.png"), 300, 301, 0, 0);
    score(truth, found)
        .failed(
            Main.FAILED, found + ": annotations[0] (image 4, x.png).segments_info: segment 301");
    ids(folder.resolve("dt/x.png"), 300, 300, 0);
    score(truth, found).failed(Main.FAILED, "is 3x1 pixels, but its ground truth is 4x1");
    Files.delete(folder.resolve("dt/x.png"));
    score(truth, found).failed(Main.FAILED, folder.resolve("dt/x.png") + " does not exist");
    score(folder, found)
        .failed(Main.USAGE, "--gt: ", "does not have the layout of a downloaded data set");
    score(truth, folder).failed(Main.USAGE, "--dt ", "is a directory");
    score(truth, found, "--classes", 3).failed(Main.USAGE, "--type semantic");
  }

  @Test
  void aWrongAreaIsUsedWithAWarning() throws IOException {
    Path odd = json("gt.json", TRUTH.replace("'area':3", "'area':2"));
    CommandLineRun run = score(odd, found).succeeded();
    assertTrue(run.out().contains("All     100.0"), run.out());
    assertTrue(run.err().contains("segment 7 has area 2.0 and 3 pixels"), run.err());
    score(odd, found, "--strict").failed(Main.FAILED, "rejected by --strict");
  }
}
