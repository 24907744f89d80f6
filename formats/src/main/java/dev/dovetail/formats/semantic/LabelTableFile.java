package dev.dovetail.formats.semantic;

import dev.dovetail.files.DataFolder;
import dev.dovetail.files.TextFile;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.coco.JsonSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a table from the values of label maps to classes. The file has one of two formats: a JSON
 * object {@code {"7": 0, "8": 1}} in a file {@code *.json}, or text with a value and its class on
 * each line, separated by blanks or a comma. In text, {@code #} begins a comment. A negative class
 * means that the value is ignored.
 */
public final class LabelTableFile {

  private static final int VALUES = 1 << 16;

  private final Map<Integer, Integer> table = new LinkedHashMap<>();

  private LabelTableFile() {}

  /**
   * Reads a table.
   *
   * @param file the file
   * @return class by value, without ignored values
   * @throws IOException naming file and line, if a line is not a pair of integers, a value is out
   *     of range or occurs twice, or the table has no class
   */
  public static Map<Integer, Integer> read(Path file) throws IOException {
    LabelTableFile read = new LabelTableFile();
    if (DataFolder.hasEnding(file, List.of("json"))) {
      JsonSource.read(file, read::json);
    } else {
      read.text(file);
    }
    read.table.values().removeIf(label -> label < 0);
    if (read.table.isEmpty()) {
      throw new FormatException(file + ": the table maps no value to a class");
    }
    return read.table;
  }

  private Void json(JsonSource in) throws IOException {
    table.clear(); // the file may be read twice
    in.expectObject("");
    for (String name = in.nextField(); name != null; name = in.nextField()) {
      String problem = add(name, in.text(name));
      if (problem != null) {
        throw in.error(name, problem);
      }
    }
    return null;
  }

  private void text(Path file) throws IOException {
    List<String> lines = TextFile.lines(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).replaceFirst("#.*", "").strip();
      if (line.isEmpty()) {
        continue;
      }
      String[] words = line.split("\\s*,\\s*|\\s+");
      String problem =
          words.length == 2
              ? add(words[0], words[1])
              : "expected a value and its class, found \"" + line + "\"";
      if (problem != null) {
        throw new FormatException(file + ":" + (i + 1) + ": " + problem);
      }
    }
  }

  /** Returns the problem with a pair, or null. */
  private String add(String value, String label) {
    try {
      int from = Integer.parseInt(value);
      int to = Integer.parseInt(label);
      if (from < 0 || from >= VALUES || to >= VALUES) {
        return "maps " + from + " to " + to + "; both are below " + VALUES + ", values from 0 on";
      }
      return table.put(from, to) == null ? null : "the value " + from + " occurs twice";
    } catch (NumberFormatException e) {
      return "expected a value and its class, two integers, found \""
          + (value + "\" and \"" + label + "\"");
    }
  }
}
