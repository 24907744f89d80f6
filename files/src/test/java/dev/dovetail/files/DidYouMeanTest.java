package dev.dovetail.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DidYouMeanTest {

  @TempDir private Path folder;

  @Test
  void aSimilarNameIsSuggestedWithItsPrefix() {
    List<String> known = List.of("classes", "channels");
    assertEquals(" (did you mean 'classes'?)", DidYouMean.hint("clases", known));
    assertEquals(" (did you mean 'head.classes'?)", DidYouMean.hint("head.", "clases", known));
    assertEquals(" (known: classes, channels)", DidYouMean.hint("head.", "optimizer", known));
    assertEquals("", DidYouMean.near("optimizer", known));
  }

  @Test
  void aMisspelledFileOrFolderInAPathIsCorrected() throws IOException {
    Path file = folder.resolve("configs/models/swin.json");
    Files.createDirectories(file.getParent());
    Files.createFile(file);
    String meant = " (did you mean '" + file + "'?)";
    for (String wrong :
        List.of("configs/models/swim.json", "config/models/swin.json", "configs/model/swin.json")) {
      assertEquals(meant, DidYouMean.near(folder.resolve(wrong)), wrong);
    }
    assertEquals("", DidYouMean.near(folder.resolve("config/models/other.json")));
    assertEquals("", DidYouMean.near(folder.resolve("elsewhere/at/all")));
  }
}
