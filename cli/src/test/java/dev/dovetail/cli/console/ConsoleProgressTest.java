package dev.dovetail.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {

  private final StringWriter err = new StringWriter();

  @Test
  void aShortRunInAPipePrintsNothing() {
    try (ConsoleProgress progress = ConsoleProgress.of(new PrintWriter(err), "images")) {
      progress.start(3, 0);
      progress.step();
      progress.step();
      progress.step();
    }
    assertEquals("", err.toString());
  }

  @Test
  void earlierRunsAndMessagesAreSeparateLines() {
    try (ConsoleProgress progress = ConsoleProgress.of(new PrintWriter(err), "images")) {
      progress.start(3, 2);
      progress.say("a warning");
    }
    String[] lines = err.toString().split(System.lineSeparator());
    assertEquals(2, lines.length, err.toString());
    assertTrue(lines[0].contains("2 of 3 images"), lines[0]);
    assertEquals("a warning", lines[1]);
  }

  @Test
  void aBarOnATerminalEndsItsLineWithTheLastStep() throws InterruptedException {
    ConsoleProgress progress = new ConsoleProgress(new PrintWriter(err), true, "images");
    progress.start(3, 1);
    progress.step();
    progress.say("a warning");
    Thread.sleep(1100); // the bar shows the speed after a second
    progress.step();
    err.append("the table");
    progress.close();
    String text = err.toString();
    assertTrue(text.contains("\r\u001B[2Ka warning" + System.lineSeparator()), text);
    assertTrue(text.contains("3/3"), text);
    assertTrue(text.matches("(?s).*\\d\\.\\d\\d?/s.*"), text);
    assertFalse(text.matches("(?s).*\\D\\.\\d+/s.*"), text);
    assertTrue(text.endsWith(System.lineSeparator() + "the table"), text);
  }
}
