package dev.dovetail.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {

  @Test
  void numbersAreAlignedRightAndTextLeft() {
    TextTable table = new TextTable(List.of("class", "IoU", "note"));
    table.add(List.of("sky", "0.91", "seen"));
    table.add(List.of("traffic light", "nan", "never seen"));
    assertEquals(
        List.of(
            "class           IoU  note", //
            "sky            0.91  seen",
            "traffic light   nan  never seen"),
        table.lines());
  }

  @Test
  void theWidestTextIsTruncatedSoThatALineFits80Columns() {
    TextTable table = new TextTable(List.of("scope", "parameters", "kind"));
    table.add(List.of("x".repeat(200), "12,345", "weight"));
    assertTrue(table.lines().stream().allMatch(l -> l.length() <= 80), table.lines()::toString);
    assertTrue(table.lines().get(1).contains("x…  "), table.lines()::toString);
  }
}
