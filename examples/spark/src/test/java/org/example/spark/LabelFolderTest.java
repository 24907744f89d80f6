package org.example.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.sample.SampleOptions;
import dev.dovetail.sample.SampleSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class LabelFolderTest {

  @Test
  void theSameCommandResumesAndScoresAllResults(@TempDir Path folder) throws Exception {
    System.setProperty("spark.master", "local[2]");
    System.setProperty("spark.ui.enabled", "false");
    System.setProperty("spark.sql.shuffle.partitions", "2");
    System.setProperty("spark.sql.warehouse.dir", folder.resolve("warehouse").toString());
    Path set = folder.resolve("set");
    SampleSet.draw(set, new SampleOptions(1, 12, new Size(64, 96), 0));
    Path images = set.resolve("images/val");
    Path aside = Files.createDirectory(folder.resolve("aside"));
    List<Path> later = list(images).subList(0, 5);
    for (Path image : later) {
      Files.move(image, aside.resolve(image.getFileName()));
    }
    String[] arguments = {
      "--images", images.toString(),
      "--model", "sample-mask-rcnn",
      "--out", folder.resolve("out").toString(),
      "--slice", "3",
      "--tasks", "2",
      "--annotations", set.resolve("annotations/instances_val.json").toString(),
      "--missing-allowed", "true"
    };
    assertTrue(run(arguments).startsWith("7 images to do, 0 done before\n7 results, 0 of them"));
    for (Path image : later) {
      Files.move(aside.resolve(image.getFileName()), image);
    }
    arguments[arguments.length - 1] = "false";
    String second = run(arguments);
    assertTrue(second.startsWith("5 images to do, 7 done before\n12 results, 0 of them"), second);
    String third = run(arguments);
    assertTrue(third.startsWith("0 images to do, 12 done before\n"), third);
    assertEquals(second.substring(second.indexOf("AP ")), third.substring(third.indexOf("AP ")));
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static String run(String... arguments) throws IOException {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      LabelFolder.main(arguments);
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8).replace("\r", "");
  }
}
