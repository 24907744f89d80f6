package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class MainTest {

  @TestFactory
  Stream<DynamicTest> helpOfEveryVerbHasAnExampleAndFits80Columns() {
    return Main.commandLine().getSubcommands().keySet().stream()
        .map(
            verb ->
                DynamicTest.dynamicTest(
                    verb,
                    () -> {
                      String help = CommandLineRun.of(verb, "--help").succeeded().out();
                      assertTrue(help.contains("Example:\n  dovetail " + verb), help);
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
    for (String verb : Main.commandLine().getSubcommands().keySet()) {
      assertTrue(run.err().contains("  " + verb + " "), run.err());
    }
  }

  @Test
  void commandsHaveTheNameOfTheirClass() {
    Main.commandLine()
        .getSubcommands()
        .forEach((verb, command) -> assertEquals(verb, command.getCommandName()));
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
    for (String verb : Main.commandLine().getSubcommands().keySet()) {
      assertTrue(script.contains(" " + verb), verb);
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
