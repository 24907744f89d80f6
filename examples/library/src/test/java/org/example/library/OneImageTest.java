package org.example.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.DovetailModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OneImageTest {

  @TempDir private Path folder;

  @Test
  void everyObjectIsPrintedOnALine() throws IOException {
    TinyModel tiny = TinyModel.write(folder);
    Path image = TinyModel.picture(folder.resolve("a.png"), 1, 40, 60);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      OneImage.main(new String[] {tiny.export().toString(), image.toString()});
    } finally {
      System.setOut(before);
    }
    List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
    try (DovetailModel model = tiny.open()) {
      assertEquals(model.predict(image).detections().count(), lines.size());
    }
    assertTrue(lines.size() > 0, "no object was found");
    for (String line : lines) {
      assertTrue(line.matches("(cat|dog) 0[.,]\\d\\d at -?\\d+, -?\\d+"), line);
    }
  }
}
