package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TableTest {

  @Test
  void numbersStandRightAndTextLeft() {
    Table table = new Table("class", "IoU").row("sky", "0.91").row("traffic light", "-");
    assertEquals(
        String.join(
            System.lineSeparator(),
            "class           IoU",
            "sky            0.91",
            "traffic light     -",
            ""),
        table.toString());
  }

  @Test
  void aLongTextIsCutSoThatALineFits80Columns() {
    Table table = new Table("scope", "parameters", "MACs").row("x".repeat(200), "12,345", "1.2 G");
    assertTrue(table.toString().lines().allMatch(l -> l.length() <= 80), table.toString());
    assertTrue(table.toString().contains("x…  "), table.toString());
  }
}
