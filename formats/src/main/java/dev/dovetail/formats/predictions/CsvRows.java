package dev.dovetail.formats.predictions;

import dev.dovetail.files.TextFile;
import dev.dovetail.formats.FormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The rows of a table, read sequentially. The first row contains the names of the columns. */
final class CsvRows {

  private final Path file;
  private final List<String> lines;
  private final List<String> columns;
  private List<String> row;
  private int line;
  private int first;

  private CsvRows(Path file, List<String> lines) throws FormatException {
    this.file = file;
    this.lines = lines;
    this.columns = lines.isEmpty() ? List.of() : split().stream().map(String::strip).toList();
    this.row = columns;
  }

  static CsvRows read(Path file) throws IOException {
    return new CsvRows(file, TextFile.lines(file));
  }

  /** Advances to the next row that is not empty. Returns false at the end. */
  boolean next() throws FormatException {
    while (line < lines.size() && lines.get(line).isBlank()) {
      line++;
    }
    if (line == lines.size()) {
      return false;
    }
    row = split();
    if (row.size() != columns.size()) {
      throw new FormatException(
          file
              + (":" + first + ": has " + row.size() + " cells; the first line names ")
              + (columns.size() + " columns"));
    }
    return true;
  }

  /**
   * Reads the cells of a row, starting at the current line. A quoted cell may contain line breaks.
   */
  private List<String> split() throws FormatException {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    first = line + 1;
    while (true) {
      String text = lines.get(line++);
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == '"' && quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
          cell.append(c);
          i++;
        } else if (c == '"' && (quoted || cell.isEmpty())) {
          quoted = !quoted;
        } else if (c == ',' && !quoted) {
          cells.add(cell.toString());
          cell.setLength(0);
        } else {
          cell.append(c);
        }
      }
      if (!quoted) {
        cells.add(cell.toString());
        return cells;
      }
      if (line == lines.size()) {
        throw new FormatException(file + ":" + first + ": a quoted cell is not closed");
      }
      cell.append('\n');
    }
  }

  void require(String column) throws FormatException {
    if (!columns.contains(column)) {
      throw new FormatException(
          file
              + (":1: missing column \"" + column + "\"; the columns are ")
              + (columns.isEmpty() ? "none" : String.join(", ", columns)));
    }
  }

  /** Returns a cell; empty if the column is missing. */
  String textOrEmpty(String column) {
    int index = columns.indexOf(column);
    return index < 0 ? "" : row.get(index);
  }

  String text(String column) throws FormatException {
    require(column);
    String text = textOrEmpty(column);
    if (text.isEmpty()) {
      throw error(column, "is empty");
    }
    return text;
  }

  double number(String column) throws FormatException {
    String text = text(column).strip();
    try {
      double value = Double.parseDouble(text);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw error(column, "is \"" + text + "\"; expected a number");
  }

  /** Returns a length in pixels. */
  int side(String column) throws FormatException {
    double value = number(column);
    if (value < 1 || value != (int) value) {
      throw error(column, "is \"" + text(column) + "\"; expected an integer of 1 or more");
    }
    return (int) value;
  }

  FormatException error(String column, String problem) {
    return new FormatException(file + ":" + first + ": " + column + ": " + problem);
  }
}
