package dev.dovetail.eval;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table for a terminal with 80 columns. Numbers are aligned right, other cells left. If a row
 * would be longer, the widest column of text is truncated, unless the table is {@link #wide}.
 */
public final class TextTable {

  private static final int WIDTH = 80;
  private static final int NARROWEST = 12;
  private static final String GAP = "  ";
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?[0-9][0-9.,]*(e[-+]?[0-9]+)?( ?[a-zA-Z%]{1,3})?|-?|nan|-?inf");

  private final List<List<String>> rows = new ArrayList<>();
  private final int width;

  /**
   * Creates an empty table.
   *
   * @param head the column headings
   */
  public TextTable(List<String> head) {
    this(head, WIDTH);
  }

  private TextTable(List<String> head, int width) {
    this.width = width;
    rows.add(List.copyOf(head));
  }

  /**
   * {@return an empty table that is never truncated} Its cells can be copied, such as names and
   * addresses.
   *
   * @param head the column headings
   */
  public static TextTable wide(List<String> head) {
    return new TextTable(head, Integer.MAX_VALUE);
  }

  /**
   * Appends a row.
   *
   * @param cells one for each column
   * @throws IllegalArgumentException if the number of cells is not the number of headings
   */
  public void add(List<String> cells) {
    if (cells.size() != rows.get(0).size()) {
      throw new IllegalArgumentException(
          "a row has "
              + cells.size()
              + " cells; expected one for each of the "
              + rows.get(0).size()
              + " columns");
    }
    rows.add(List.copyOf(cells));
  }

  /** {@return the lines of the table, headings first, without trailing blanks} */
  public List<String> lines() {
    int columns = rows.get(0).size();
    boolean[] numeric = new boolean[columns];
    int[] widths = new int[columns];
    for (int c = 0; c < columns; c++) {
      int column = c;
      numeric[c] = rows.stream().skip(1).allMatch(r -> NUMBER.matcher(r.get(column)).matches());
      widths[c] = rows.stream().mapToInt(r -> r.get(column).length()).max().orElseThrow();
    }
    cut(widths, numeric, width);
    return rows.stream().map(row -> line(row, widths, numeric)).toList();
  }

  /** {@return the lines as one string, each with a line terminator} */
  public String text() {
    return lines().stream().map(l -> l + System.lineSeparator()).collect(Collectors.joining());
  }

  private static void cut(int[] widths, boolean[] numeric, int most) {
    int over = Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1) - most;
    if (over > 0) {
      IntStream.range(0, widths.length)
          .filter(c -> !numeric[c])
          .reduce((a, b) -> widths[b] > widths[a] ? b : a)
          .ifPresent(c -> widths[c] = Math.max(widths[c] - over, Math.min(widths[c], NARROWEST)));
    }
  }

  private static String line(List<String> row, int[] widths, boolean[] numeric) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      String cell = row.get(c);
      if (cell.length() > widths[c]) {
        cell = cell.substring(0, widths[c] - 1) + "…";
      }
      String blanks = " ".repeat(widths[c] - cell.length());
      line.append(c == 0 ? "" : GAP).append(numeric[c] ? blanks + cell : cell + blanks);
    }
    return line.toString().stripTrailing();
  }

  /**
   * {@return a number with fixed decimals, formatted as by C and Python: the exact binary value,
   * rounded half to even} In contrast, {@code String.format} rounds the shortest decimal
   * representation half up.
   *
   * @param value the number
   * @param decimals the number of decimals
   */
  public static String fixed(double value, int decimals) {
    return Double.isFinite(value)
        ? new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString()
        : Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  }
}
