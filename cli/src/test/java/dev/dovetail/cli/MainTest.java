package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class MainTest {

  @Test
  void anUnknownWordIsReportedWithTheNearestOne() {
    CommandLineRun.of("predikt", "a.jpg")
        .failed(Main.USAGE, "dovetail: 'predikt' is not a command (did you mean 'predict'?)");
    CommandLineRun.of("score", "--type", "bbxo", "--gt", "a", "--dt", "b")
        .failed(Main.USAGE, "'bbxo' is not a supported type (did you mean 'bbox'?)");
    CommandLineRun.of("convert", "--from", "yoloo", "--labels", "a", "--out", "b")
        .failed(Main.USAGE, "'yoloo' is not a supported format (did you mean 'yolo'?)");
    CommandLineRun.of("predict", "hf:some/model", "a.jpg", "--out", "b")
        .failed(Main.USAGE, "no such file: a.jpg");
  }

  @TestFactory
  Stream<DynamicTest> helpOfEveryVerbHasAnExampleAndFits80Columns() {
    return Main.commandLine().getSubcommands().keySet().stream()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      String help = CommandLineRun.of(name, "--help").succeeded().out();
                      assertTrue(help.contains("Example:\n  dovetail " + name), help);
                      assertTrue(help.lines().allMatch(l -> l.length() <= 80), help);
                      String example = help.substring(help.indexOf("Example:"));
                      assertTrue(
                          example.lines().skip(1).allMatch(l -> l.startsWith("  ")), example);
                    }));
  }

  @Test
  void withoutACommandTheCommandsAreListed() {
    CommandLineRun run = CommandLineRun.of();
    assertEquals(Main.USAGE, run.code());
    for (String name : Main.commandLine().getSubcommands().keySet()) {
      assertTrue(run.err().contains("  " + name + " "), run.err());
    }
  }

  @Test
  void commandsHaveTheNameOfTheirClass() {
    Main.commandLine()
        .getSubcommands()
        .forEach((name, command) -> assertEquals(name, command.getCommandName()));
  }

  @Test
  void aMisspelledCommandOrOptionGetsASuggestion() {
    CommandLineRun.of("scor").failed(Main.USAGE, "scor", "score");
    CommandLineRun.of("doctor", "--jsn").failed(Main.USAGE, "--jsn", "--json");
  }

  @Test
  void theCompletionScriptContainsAllCommandsAndTheirOptions() {
    String script = CommandLineRun.of("generate-completion").succeeded().out();
    assertTrue(script.startsWith("#!/usr/bin/env bash"), script.substring(0, 80));
    for (String name : Main.commandLine().getSubcommands().keySet()) {
      assertTrue(script.contains(" " + name), name);
    }
    assertTrue(script.contains("'--score-threshold'"));
    assertTrue(script.contains("complete -F _complete_dovetail"));
  }

  @Test
  void theVersionIsThatOfTheBuild() throws IOException {
    String out = CommandLineRun.of("--version").succeeded().out();
    assertEquals("dovetail " + dev.dovetail.internal.Version.dovetail(), out.strip());
  }

  @Test
  void aJsonOptionWithoutAFileDoesNotConsumeTheNextArgument() {
    CommandLineRun.of("inspect", "--json", "no-such-config")
        .failed(Main.USAGE, "no such config: no-such-config");
  }
}
