package dev.dovetail.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A Git LFS pointer: a text of about 130 bytes that replaces a large file if a Git repository was
 * cloned without Git LFS. It has the name of the large file, so any reader may encounter it.
 *
 * @see <a href="https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md">docs/spec.md</a>
 */
public final class GitLfsPointer {

  /** The error message, to follow the name of the file. */
  public static final String PROBLEM = "is a Git LFS pointer; fetch the file itself (git lfs pull)";

  private static final byte[] START =
      "version https://git-lfs.github.com/spec/".getBytes(StandardCharsets.US_ASCII);

  private GitLfsPointer() {}

  /**
   * {@return whether a file with these first bytes is a pointer}
   *
   * @param bytes the first bytes of a file, or all of them
   */
  public static boolean begins(byte[] bytes) {
    int n = START.length;
    return bytes.length >= n && Arrays.equals(bytes, 0, n, START, 0, n);
  }

  /**
   * {@return whether a file is a pointer; false for a pipe, which can be read only once}
   *
   * @param file the file
   * @throws IOException if it cannot be read
   */
  public static boolean is(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return begins(in.readNBytes(START.length));
    }
  }
}
