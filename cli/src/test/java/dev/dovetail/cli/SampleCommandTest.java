package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code sample} as a command line. */
class SampleCommandTest {

  @TempDir Path folder;

  @Test
  void theSetIsDrawnAndEveryPrintedPathExists() throws IOException {
    Path set = folder.resolve("scenes");
    CommandLineRun run =
        CommandLineRun.of("sample", set, "--train", 2, "--val", 1, "--size", "64x80", "--seed", -5)
            .succeeded();
    assertTrue(run.out().contains("2 training images and 1 validation images, 64x80, seed -5"));
    Stream.of(
            "images/train/000002.png",
            "images/val/100001.png",
            "annotations/instances_train.json",
            "annotations/instances_val.json",
            "annotations/panoptic_train.json",
            "annotations/panoptic_val.json",
            "annotations/panoptic_val/100001.png",
            "annotations/train/000001.png",
            "annotations/val/100001.png",
            "classes.txt")
        .forEach(file -> assertTrue(Files.isRegularFile(set.resolve(file)), file));
    for (String named :
        new String[] {"images/val", "annotations/instances_val.json", "annotations/val"}) {
      assertTrue(run.out().contains(set.resolve(named).toString()), run.out());
    }
    assertEquals("", run.err());
  }

  @Test
  void theLabelMapsAreScoredByTheProgram() {
    Path set = folder.resolve("scenes");
    CommandLineRun.of("sample", set, "--train", 1, "--val", 2, "--size", "64x80").succeeded();
    Path panoptic = set.resolve("annotations/panoptic_val.json");
    CommandLineRun score =
        CommandLineRun.of("score", "--type", "panoptic", "--gt", panoptic, "--dt", panoptic)
            .succeeded();
    assertTrue(score.out().contains("100.0"), score.out());
    assertEquals("", score.err());
  }

  @Test
  void aFolderWithOtherFilesNeedsOverwrite() throws IOException {
    Files.writeString(folder.resolve("notes.txt"), "mine");
    CommandLineRun.of("sample", folder, "--train", 1, "--val", 1)
        .failed(Main.FAILED, "is not empty (it contains notes.txt)", "--overwrite");
    CommandLineRun.of("sample", folder, "--train", 1, "--val", 1, "--size", "64x64", "--overwrite")
        .succeeded();
    assertEquals("mine", Files.readString(folder.resolve("notes.txt")));
  }

  @Test
  void usageErrorsAreReportedBeforeAnythingIsWritten() {
    Path set = folder.resolve("scenes");
    CommandLineRun.of("sample").failed(Main.USAGE, "DIR");
    CommandLineRun.of("sample", set, "--train", 0).failed(Main.USAGE, "train: 0 pictures");
    CommandLineRun.of("sample", set, "--val", "-1").failed(Main.USAGE, "val: -1 pictures");
    CommandLineRun.of("sample", set, "--val", "many").failed(Main.USAGE, "--val", "many");
    CommandLineRun.of("sample", set, "--seed", "x").failed(Main.USAGE, "--seed", "x");
    CommandLineRun.of("sample", set, "--size", "32x32").failed(Main.USAGE, "32x32", "64 to 2048");
    CommandLineRun.of("sample", set, "--size", "big").failed(Main.USAGE, "HEIGHTxWIDTH");
    CommandLineRun.of("sample", set, "more").failed(Main.USAGE, "more");
    assertTrue(Files.notExists(set));
  }

  @Test
  void theHelpShowsTheOptionsAndAnExample() {
    String help = CommandLineRun.of("sample", "--help").succeeded().out();
    for (String part :
        new String[] {"--train", "--val", "--size", "--seed", "--overwrite", "Example:", "240"}) {
      assertTrue(help.contains(part), help);
    }
  }
}
