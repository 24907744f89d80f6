package org.example.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ArgumentsTest {

  @Test
  void optionsHaveDefaults() {
    Arguments arguments =
        Arguments.parse("--images", "i", "--model", "m", "--out", "o", "--tasks", "3");
    assertEquals("i", arguments.text("images"));
    assertEquals(3, arguments.number("tasks"));
    assertEquals(10_000, arguments.number("slice"));
  }

  @Test
  void errorsNameTheInvalidOption() {
    assertTrue(rejection("--imagse", "i").startsWith("'--imagse' is not an option"));
    assertTrue(rejection("--images").startsWith("'--images' is not an option with a value"));
    assertEquals("--model is missing", rejection("--images", "i"));
  }

  private static String rejection(String... args) {
    return assertThrows(IllegalArgumentException.class, () -> Arguments.parse(args)).getMessage();
  }
}
