package dev.dovetail.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitLfsPointerTest {

  private static final String POINTER =
      "version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 346\n";

  @TempDir Path folder;

  @Test
  void aPointerIsRecognizedByItsFirstLine() throws IOException {
    Path file = folder.resolve("labels.txt");
    assertTrue(GitLfsPointer.is(Files.writeString(file, POINTER)));
    for (String other :
        new String[] {"", "version", "version https://example.com/", "\n" + POINTER}) {
      assertFalse(GitLfsPointer.is(Files.writeString(file, other)), other);
    }
    assertFalse(GitLfsPointer.is(folder));
    assertFalse(GitLfsPointer.is(folder.resolve("none")));
  }

  @Test
  void aPointerIsNotReadAsATextFile() throws IOException {
    Path file = Files.writeString(folder.resolve("labels.txt"), POINTER);
    NotTextException e = assertThrows(NotTextException.class, () -> TextFile.lines(file));
    assertEquals(
        file + " is a Git LFS pointer; fetch the file itself (git lfs pull)", e.getMessage());
  }
}
