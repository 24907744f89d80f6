package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.cli.RandomLabels.Kind;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data sets that convert writes with their images can be used directly. */
class ConvertWithImagesTest {

  @TempDir Path folder;

  private Path truth;
  private Path images;
  private List<CocoImage> listed;

  @BeforeEach
  void write() throws IOException {
    truth = new RandomLabels(3, false, Kind.BOX).writeTruth(folder.resolve("gt.json"));
    images = folder.resolve("photos");
    listed = CocoDataset.read(truth, new Warnings(Strictness.LENIENT)).images();
    for (CocoImage image : listed) {
      String name = LabelledImage.stem(image.fileName()) + ".png";
      TinyModel.picture(images.resolve(name), image.height(), image.width());
    }
  }

  private CommandLineRun convert(String to, Path out, Object... more) {
    Object[] args = {"convert", "--from", "coco", "--labels", truth, "--to", to, "--out", out};
    Object[] all = new Object[args.length + more.length];
    System.arraycopy(args, 0, all, 0, args.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return CommandLineRun.of(all);
  }

  private static void convertSet(Path set, String to, Path out, Object... more) {
    List<Object> args = new ArrayList<>(List.of("convert", "--from", "yolo", "--part", "train"));
    args.addAll(List.of("--labels", set.resolve("data.yaml"), "--to", to, "--out", out));
    args.addAll(List.of(more));
    CommandLineRun.of(args.toArray()).succeeded();
  }

  @ParameterizedTest
  @ValueSource(strings = {"copy", "link"})
  void ultralyticsFindsTheImageOfEveryLabel(String how) throws IOException {
    Path out = folder.resolve("set");
    convert("yolo", out, "--images", images, "--with-images", how).succeeded();
    for (CocoImage image : listed) {
      String name = LabelledImage.stem(image.fileName());
      Path placed = out.resolve("images").resolve(name + ".png");
      assertEquals(how.equals("link"), Files.isSymbolicLink(placed));
      assertArrayEquals(
          Files.readAllBytes(images.resolve(name + ".png")), Files.readAllBytes(placed));
      assertTrue(Files.exists(out.resolve("labels").resolve(name + ".txt")), name);
    }
    // Paths are relative to the directory of the file, regardless of the working directory.
    String yaml = Files.readString(out.resolve("data.yaml"));
    assertFalse(yaml.contains("path:"), yaml);
    assertTrue(yaml.contains("train: images\nval: images\n"), yaml);
    Path back = folder.resolve("back.json");
    convertSet(out, "coco", back);
    CocoDataset read = CocoDataset.read(back, new Warnings(Strictness.LENIENT));
    assertEquals(listed.size(), read.images().size());
    // Convert the written data set again.
    Path next = folder.resolve("next");
    convertSet(out, "voc", next, "--with-images", how);
    String first = LabelledImage.stem(listed.get(0).fileName());
    assertTrue(Files.exists(next.resolve("JPEGImages").resolve(first + ".png")));
  }

  @Test
  void withoutTheOptionTheExpectedImageFolderIsPrinted() {
    CommandLineRun run = convert("yolo", folder.resolve("bare"), "--images", images).succeeded();
    assertTrue(
        run.err().contains("the data set expects its images in " + folder.resolve("bare/images")));
    assertFalse(Files.exists(folder.resolve("bare/images")));
  }

  @Test
  void missingImagesAreCounted() throws IOException {
    Files.delete(images.resolve(LabelledImage.stem(listed.get(0).fileName()) + ".png"));
    Path out = folder.resolve("some");
    CommandLineRun run =
        convert("yolo", out, "--images", images, "--with-images", "copy").succeeded();
    assertTrue(run.err().contains("images that do not exist"), run.err());
    convert("yolo", folder.resolve("none"), "--with-images", "copy")
        .failed(Main.USAGE, "--with-images copy needs --images DIR");
    convert("csv", folder.resolve("a.csv"), "--images", images, "--with-images", "copy")
        .failed(Main.USAGE, "--with-images requires --to yolo, voc or voc-masks");
    convert("yolo", out, "--images", images, "--with-images", "move")
        .failed(Main.USAGE, "--with-images", "[COPY, LINK]");
  }
}
