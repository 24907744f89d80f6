package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The pages in docs/ describe the options that the program has. */
class DocumentedOptionsTest {

  private static final Path DOCS = SharedFolder.projectRoot().resolve("docs");
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*[a-z]");

  /** Options of the launcher, of benchmarks, and of other programs that the pages show. */
  private static final Set<String> OF_OTHERS =
      Set.of("--add", "--end", "--files", "--pairs", "--passes", "--plan", "--rounds");

  @Test
  void everyOptionOfTheProgramIsDescribed() throws IOException {
    Set<String> missing = optionsOfTheProgram();
    missing.removeAll(optionsOfThePages());
    assertEquals(Set.of(), missing, "options that no page in docs/ names");
  }

  @Test
  void everyDescribedOptionExists() throws IOException {
    Set<String> unknown = optionsOfThePages();
    unknown.removeAll(optionsOfTheProgram());
    unknown.removeAll(OF_OTHERS);
    assertEquals(Set.of(), unknown, "options that pages in docs/ name and no command has");
  }

  @Test
  void everyCommandIsInTheReference() throws IOException {
    String page = Files.readString(DOCS.resolve("cli.md"));
    for (String name : Main.commandLine().getSubcommands().keySet()) {
      assertTrue(page.contains("| [`" + name + "`]("), "the table of docs/cli.md lacks " + name);
    }
  }

  private static Set<String> optionsOfTheProgram() {
    return Main.commandLine().getSubcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .flatMap(command -> command.options().stream())
        .filter(option -> !option.hidden())
        .flatMap(option -> Stream.of(option.names()))
        .filter(name -> name.startsWith("--"))
        .filter(name -> !List.of("--help", "--version").contains(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> optionsOfThePages() throws IOException {
    Set<String> options = new TreeSet<>(Set.of("--help", "--version"));
    try (Stream<Path> files = Files.walk(DOCS)) {
      for (Path page : files.filter(f -> f.toString().endsWith(".md")).toList()) {
        Matcher option = OPTION.matcher(Files.readString(page));
        while (option.find()) {
          options.add(option.group());
        }
      }
    }
    options.removeAll(Set.of("--help", "--version"));
    return options;
  }
}
