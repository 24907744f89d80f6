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
 * An input as a user wrote it, on the command line or in a list: a text file with an input on each
 * line, which is named as {@code @FILE}. A line that begins with {@code #} is a remark.
 *
 * @param text the input
 * @param list the folder of the list and the place in it; null if it stands on the command line
 */
record InputList(String text, @Nullable Line list) {

  private static final String SIGN = "@";

  private static final char REMARK = '#';

  /**
   * A line of a list.
   *
   * @param file the list
   * @param number from 1
   */
  record Line(Path file, int number) {
    String place() {
      return file + ", line " + number + ": ";
    }
  }

  /**
   * The inputs with those of the lists in their places. A file whose name begins with {@code @} is
   * a file.
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
      throw new UsageException(SIGN + ": expected the name of a list of inputs after it");
    }
    if (!Files.exists(list)) {
      throw new UsageException("no such list of inputs: " + list + DidYouMean.near(list));
    }
    if (Files.isDirectory(list)) {
      throw new UsageException(
          SIGN + list + ": " + list + " is a folder, not a list; leave out the @");
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
      throw new UsageException("the list " + list + " names no inputs");
    }
    return inputs;
  }

  /** What messages begin with. */
  String place() {
    return list == null ? "" : list.place();
  }

  /** The same, as a name in the folder of the list; null if it is none that depends on a folder. */
  @Nullable String besideList() {
    if (list == null || Path.of(text).isAbsolute()) {
      return null;
    }
    Path folder = list.file().getParent();
    return folder == null ? null : folder + "/" + text;
  }
}
