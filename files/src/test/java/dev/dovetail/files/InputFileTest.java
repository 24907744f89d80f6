package dev.dovetail.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class InputFileTest {

  @TempDir Path folder;

  @Test
  void aRegularFileIsReadInPlace() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "text");
    try (InputFile in = InputFile.open(file)) {
      assertEquals(file, in.path());
    }
    assertTrue(Files.exists(file));
  }

  @Test
  void aPipeIsCopiedAndCanBeReadRepeatedly() throws Exception {
    Path pipe = folder.resolve("pipe");
    assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
    assertTrue(InputFile.isStream(pipe));
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(
            () -> {
              try {
                Files.writeString(pipe, "text");
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    Path copy;
    try (InputFile in = InputFile.open(pipe)) {
      copy = in.path();
      assertEquals("text", Files.readString(copy));
      assertEquals("text", Files.readString(copy));
    }
    writing.join();
    assertFalse(Files.exists(copy));
  }
}
