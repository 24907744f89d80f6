package dev.dovetail.backbones.vit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class VitBlockTest {

  private static String words(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }

  @Test
  void theDocumentationShowsTheShippedBlock() throws IOException {
    Path root = SharedFolder.projectRoot();
    String page = Files.readString(root.resolve("docs/graph.md"));
    String shown = page.split("```java\n", 2)[1].split("```", 2)[0];
    String file = "backbones/src/main/java/dev/dovetail/backbones/vit/VitBlock.java";
    String shipped = Files.readString(root.resolve(file));
    assertTrue(words(shipped).contains(words(shown)), "docs/graph.md does not show " + file);
  }
}
