package dev.dovetail.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Rows of cells as text: columns of numbers to the right, all others to the left. */
final class Table {

  private static final int WIDTH = 80;
  private static final int NARROWEST = 12;
  private static final String GAP = "  ";
  private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9][0-9.,]*( ?[a-zA-Z%]{1,3})?|-?");

  private final List<String[]> rows = new ArrayList<>();
  private final int columns;

  Table(String... headers) {
    columns = headers.length;
    rows.add(headers.clone());
  }

  /** Adds a row; a null cell is empty. */
  Table row(Object... cells) {
    if (cells.length != columns) {
      throw new IllegalArgumentException(cells.length + " cells for " + columns + " columns");
    }
    rows.add(Arrays.stream(cells).map(c -> c == null ? "" : c.toString()).toArray(String[]::new));
    return this;
  }

  /** The table, each row ended by a line break. */
  @Override
  public String toString() {
    int[] widths = widths();
    StringBuilder text = new StringBuilder();
    boolean[] right = new boolean[columns];
    for (int c = 0; c < columns; c++) {
      right[c] = isNumeric(c);
    }
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String cell = shorten(row[c], widths[c]);
        String space = " ".repeat(widths[c] - cell.length());
        line.append(c == 0 ? "" : GAP).append(right[c] ? space + cell : cell + space);
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }

  private boolean isNumeric(int column) {
    return rows.size() > 1
        && rows.stream().skip(1).allMatch(r -> NUMBER.matcher(r[column]).matches());
  }

  /** The widest cell of each column; the widest column of text gives way where a line is full. */
  private int[] widths() {
    int[] widths = new int[columns];
    for (String[] row : rows) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], row[c].length());
      }
    }
    int widest = -1;
    for (int c = 0; c < columns; c++) {
      if (!isNumeric(c) && (widest < 0 || widths[c] > widths[widest])) {
        widest = c;
      }
    }
    int over = Arrays.stream(widths).sum() + GAP.length() * (columns - 1) - WIDTH;
    if (widest >= 0 && over > 0) {
      widths[widest] = Math.max(Math.min(NARROWEST, widths[widest]), widths[widest] - over);
    }
    return widths;
  }

  private static String shorten(String cell, int width) {
    return cell.length() <= width ? cell : cell.substring(0, width - 1) + "…";
  }
}
