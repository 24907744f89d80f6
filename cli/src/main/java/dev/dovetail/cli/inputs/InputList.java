package dev.dovetail.cli.inputs;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.files.DidYouMean;
import dev.dovetail.files.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An input as specified by the user, either on the command line or in a list. A list is a text file
 * with one input per line, specified as {@code @FILE}. Lines that start with {@code #} are
 * comments.
 *
 * @param text the input
 * @param list the list and line number; null if the input is on the command line
 */
record InputList(String text, @Nullable Line list) {

  private static final String SIGN = "@";

  private static final char REMARK = '#';

  /**
   * A line of a list.
   *
   * @param file the list
   * @param number the line number, from 1
   */
  record Line(Path file, int number) {
    String place() {
      return file + ", line " + number + ": ";
    }
  }

  /**
   * Replaces lists by their inputs. If a file with the full name exists, including {@code @}, it is
   * an ordinary input.
   *
   * @throws UsageException if a list is missing or empty
   * @throws IOException if a list cannot be read
   */
  static List<InputList> expand(List<String> inputs) throws IOException {
    List<InputList> all = new ArrayList<>();
    for (String input : inputs) {
      if (input.startsWith(SIGN) && !Files.exists(InputFiles.path(input))) {
        all.addAll(read(InputFiles.path(input.substring(1))));
      } else {
        all.add(new InputList(input, null));
      }
    }
    return all;
  }

  private static List<InputList> read(Path list) throws IOException {
    if (list.toString().isEmpty()) {
      throw new UsageException(SIGN + ": expected the file name of a list of inputs after it");
    }
    if (!Files.exists(list)) {
      throw new UsageException("no such list of inputs: " + list + DidYouMean.near(list));
    }
    if (Files.isDirectory(list)) {
      throw new UsageException(
          SIGN + list + ": " + list + " is a directory, not a list; omit the @");
    }
    List<InputList> inputs = new ArrayList<>();
    int number = 0;
    for (String line : TextFile.lines(list)) {
      number++;
      String text = line.strip();
      if (!text.isEmpty() && text.charAt(0) != REMARK) {
        inputs.add(new InputList(text, new Line(list, number)));
      }
    }
    if (inputs.isEmpty()) {
      throw new UsageException("the list " + list + " is empty");
    }
    return inputs;
  }

  /** Returns the prefix of messages. */
  String place() {
    return list == null ? "" : list.place();
  }

  /** Returns the input resolved against the list's directory; null if it is not a relative path. */
  @Nullable String besideList() {
    if (list == null || Path.of(text).isAbsolute()) {
      return null;
    }
    Path folder = list.file().getParent();
    return folder == null ? null : folder + "/" + text;
  }
}
