package org.example.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ArgumentsTest {

  @Test
  void whatIsNotGivenHasADefault() {
    Arguments arguments =
        Arguments.parse("--images", "i", "--model", "m", "--out", "o", "--tasks", "3");
    assertEquals("i", arguments.text("images"));
    assertEquals(3, arguments.number("tasks"));
    assertEquals(10_000, arguments.number("slice"));
  }

  @Test
  void whatCannotBeMeantIsNamed() {
    assertTrue(refused("--imagse", "i").startsWith("'--imagse' is not an option"));
    assertTrue(refused("--images").startsWith("'--images' is not an option with a value"));
    assertEquals("--model is missing", refused("--images", "i"));
  }

  private static String refused(String... args) {
    return assertThrows(IllegalArgumentException.class, () -> Arguments.parse(args)).getMessage();
  }
}
