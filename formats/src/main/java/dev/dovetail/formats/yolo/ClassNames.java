package dev.dovetail.formats.yolo;

import dev.dovetail.files.NotTextException;
import dev.dovetail.files.TextFile;
import dev.dovetail.formats.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads the names of classes in the order of their indices: a text file with one name per line, or
 * the {@code data.yaml} of a YOLO data set.
 *
 * <p>Any text could be a list of names. Therefore, lines that are typical of other formats are
 * rejected.
 */
public final class ClassNames {

  private static final String EXPECTED =
      "; expected a text file with one class name per line, or the data.yaml of a YOLO data set";

  private static final Pattern YAML_KEY = Pattern.compile("(names|nc)\\s*:(\\s.*)?");

  /** Lists, maps and settings of other formats: {@code - cat}, {@code 0: cat}, {@code item {}. */
  private static final Pattern OTHER_SYNTAX =
      Pattern.compile(
          "[-*]\\s.*|[0-9]+\\s*[:=,;].*|[{}].*"
              + "|(path|train|val|valid|test|names|classes|backup|item|id|name|display_name)"
              + "\\s*[:={].*");

  /** A line of a label file: a class and at least four coordinates. */
  private static final Pattern LABEL =
      Pattern.compile("[0-9]+(\\s+[-+]?[0-9.]+([eE][-+]?[0-9]+)?){4,}");

  private ClassNames() {}

  /**
   * Reads the names.
   *
   * @param file the file
   * @return at least one name, none empty, without duplicates
   * @throws FormatException naming file and line, if the file has another format, a name is missing
   *     or occurs twice, or the YAML is inconsistent
   */
  public static List<String> read(Path file) throws IOException {
    String text = text(file);
    List<String> lines = text.lines().map(String::strip).toList();
    List<String> names = isYaml(file, lines) ? DataYaml.names(file, text) : names(file, lines);
    Map<String, Integer> numbers = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      Integer first = numbers.putIfAbsent(names.get(i), i);
      if (first != null) {
        throw new FormatException(
            String.format(
                Locale.ROOT,
                "%s: the classes %d and %d have the same name, \"%s\"",
                file,
                first,
                i,
                names.get(i)));
      }
    }
    return names;
  }

  private static String text(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FormatException(file + " is a directory" + EXPECTED);
    }
    try {
      String text = String.join("\n", TextFile.lines(file));
      if (text.chars().noneMatch(c -> c < ' ' && c != '\n' && c != '\t')) {
        return text;
      }
    } catch (NotTextException e) {
      throw new FormatException(e.getMessage() + EXPECTED, e);
    }
    throw new FormatException(file + " is not a text file" + EXPECTED);
  }

  private static boolean isYaml(Path file, List<String> lines) {
    return file.toString().toLowerCase(Locale.ROOT).matches(".*\\.ya?ml")
        || lines.stream().anyMatch(line -> YAML_KEY.matcher(line).matches());
  }

  private static List<String> names(Path file, List<String> lines) throws FormatException {
    int size = lines.size();
    while (size > 0 && lines.get(size - 1).isEmpty()) {
      size--;
    }
    if (size == 0) {
      throw new FormatException(file + " is empty" + EXPECTED);
    }
    List<String> names = lines.subList(0, size);
    String first = names.stream().filter(line -> !line.isEmpty()).findFirst().orElseThrow();
    if (first.startsWith("{") || first.startsWith("[")) {
      throw new FormatException(file + " is a JSON file" + EXPECTED);
    }
    if (first.startsWith("<")) {
      throw new FormatException(file + " is an XML file" + EXPECTED);
    }
    if (names.stream().allMatch(line -> LABEL.matcher(line).matches())) {
      throw new FormatException(file + " contains labels, not names" + EXPECTED);
    }
    for (int i = 0; i < size; i++) {
      String line = names.get(i);
      if (line.isEmpty()) {
        throw new FormatException(
            file + ":" + (i + 1) + ": the line is empty; class " + i + " needs a name");
      }
      if (OTHER_SYNTAX.matcher(line).matches()) {
        throw new FormatException(
            file + ":" + (i + 1) + ": \"" + line + "\" is not the name of a class" + EXPECTED);
      }
    }
    return names;
  }
}
