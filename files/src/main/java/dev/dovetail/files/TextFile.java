package dev.dovetail.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads UTF-8 text from any system: all line separators are accepted, and byte order marks are
 * removed.
 */
public final class TextFile {

  private static final String MARK = "\uFEFF";

  private static final String NOT_UTF_8 =
      "is not a text file in UTF-8 (does it have another encoding?)";

  private TextFile() {}

  /**
   * Returns the lines of a file, which may be a pipe. A byte order mark is removed at the start of
   * any line, since files with marks may have been concatenated.
   *
   * @param file the file
   * @return the lines without line separators
   * @throws NotTextException if the file is not valid UTF-8, or is a {@link GitLfsPointer}
   */
  public static List<String> lines(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (GitLfsPointer.begins(bytes)) {
      throw new NotTextException(file, GitLfsPointer.PROBLEM);
    }
    if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff)) {
      throw new NotTextException(
          file, "is UTF-16 text according to its byte order mark; save it as UTF-8");
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new NotTextException(file, NOT_UTF_8);
    }
    if (text.indexOf(0) >= 0) {
      throw new NotTextException(file, NOT_UTF_8);
    }
    return text.lines().map(TextFile::withoutMark).toList();
  }

  private static boolean startsWith(byte[] bytes, int first, int second) {
    return bytes.length > 1 && (bytes[0] & 0xff) == first && (bytes[1] & 0xff) == second;
  }

  private static String withoutMark(String line) {
    return line.startsWith(MARK) ? line.substring(MARK.length()) : line;
  }
}
