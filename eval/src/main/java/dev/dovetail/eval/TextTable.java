package dev.dovetail.eval;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** A table for a terminal: the first column is aligned left, the others right. */
public final class TextTable {

  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  /** A table with these column heads. */
  public TextTable(List<String> head) {
    rows.add(List.copyOf(head));
  }

  /**
   * Appends a row.
   *
   * @throws IllegalArgumentException if it has another number of cells than the head
   */
  public void add(List<String> cells) {
    if (cells.size() != rows.get(0).size()) {
      throw new IllegalArgumentException(
          "a row of " + cells.size() + " cells in a table of " + rows.get(0).size() + " columns");
    }
    rows.add(List.copyOf(cells));
  }

  /** The table, head first, without trailing blanks. */
  public List<String> lines() {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      String blanks = " ".repeat(widths[c] - row.get(c).length());
      line.append(c == 0 ? "" : GAP);
      line.append(c == 0 ? row.get(c) + blanks : blanks + row.get(c));
    }
    return line.toString().stripTrailing();
  }

  /**
   * A number with fixed decimals as C and Python print it: the exact binary value, ties to even.
   * ({@code String.format} rounds the shortest decimal, half up.)
   */
  public static String fixed(double value, int decimals) {
    return Double.isFinite(value)
        ? new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString()
        : Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  }
}
