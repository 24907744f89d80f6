package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Limits that keep the sources readable: short signatures, short files. */
@AnalyzeClasses(packages = "dev.dovetail", importOptions = DoNotIncludeTests.class)
class ReadableSourcesTest {

  private static final int MOST_PARAMETERS = 8;
  private static final int MOST_LINES = 500;

  @ArchTest
  void nothingPublicTakesMoreThanEightParameters(JavaClasses classes) {
    List<String> tooLong =
        classes.stream()
            .filter(ReadableSourcesTest::isPublic)
            .flatMap(c -> c.getCodeUnits().stream())
            .filter(u -> u.getModifiers().contains(JavaModifier.PUBLIC))
            .filter(u -> u.getRawParameterTypes().size() > MOST_PARAMETERS)
            .map(JavaCodeUnit::getFullName)
            .sorted()
            .toList();
    assertEquals(List.of(), tooLong, "group related values in a record, or write a builder");
  }

  private static boolean isPublic(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(ReadableSourcesTest::isPublic).orElse(true);
  }

  @Test
  void noFileIsLongerThan500Lines() throws IOException {
    Path root = SharedFolder.projectRoot();
    TreeMap<Path, Integer> tooLong = new TreeMap<>();
    int seen = 0;
    try (Stream<Path> modules = Files.list(root)) {
      for (Path module : modules.filter(Files::isDirectory).toList()) {
        for (Path file : sources(module)) {
          seen++;
          int lines = Files.readAllLines(file).size();
          if (lines > MOST_LINES) {
            tooLong.put(root.relativize(file), lines);
          }
        }
      }
    }
    assertTrue(seen > 500, "only " + seen + " sources were found below " + root);
    assertEquals(new TreeMap<>(), tooLong, "split these files");
  }

  private static List<Path> sources(Path module) throws IOException {
    Path src = module.resolve("src");
    if (!Files.isDirectory(src)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(src)) {
      return files.filter(f -> f.toString().endsWith(".java")).toList();
    }
  }
}
