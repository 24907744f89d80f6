package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The links of the project's Markdown pages, with anchors as GitHub makes them. */
class DocumentationLinksTest {

  private static final Path ROOT = SharedFolder.projectRoot().normalize();
  private static final String PAGE = ".md";
  private static final Path INDEX = ROOT.resolve("docs/README.md");

  /**
   * {@code [text](target)}, {@code ![text](target)}, {@code src="target"}, {@code href="target"}.
   */
  private static final Pattern LINK =
      Pattern.compile("\\]\\(<?([^)\\s>]+)>?(?:\\s+\"[^\"]*\")?\\)|(?:src|href)=\"([^\"]+)\"");

  /** The class of a test in code style. */
  private static final Pattern TEST = Pattern.compile("`([A-Z][A-Za-z0-9]+Test)`");

  private static final Pattern ELSEWHERE = Pattern.compile("[a-z][a-z0-9+.-]*:.*");

  @Test
  void everyRelativeLinkLeadsToAFileAndAnAnchorThatExist() throws IOException {
    Map<Path, List<String>> broken = new TreeMap<>();
    List<Path> pages = pages(ROOT);
    for (Path page : pages) {
      List<String> ofPage = broken(page);
      if (!ofPage.isEmpty()) {
        broken.put(ROOT.relativize(page), ofPage);
      }
    }
    assertTrue(pages.size() > 30, "only " + pages.size() + " pages were found below " + ROOT);
    assertEquals(Map.of(), broken);
  }

  @Test
  void everyPageOfTheDocumentationIsReachableFromItsIndex() throws IOException {
    Set<Path> reached = new HashSet<>(Set.of(INDEX));
    ArrayDeque<Path> open = new ArrayDeque<>(reached);
    while (!open.isEmpty()) {
      for (Path page : pagesThatAreLinked(open.remove())) {
        if (reached.add(page)) {
          open.add(page);
        }
      }
    }
    Set<Path> unreachable = new TreeSet<>(pages(ROOT.resolve("docs")));
    unreachable.removeAll(reached);
    assertEquals(Set.of(), unreachable, "pages that no link leads to from " + INDEX);
  }

  @Test
  void everyTestThatAPageNamesExists() throws IOException {
    Set<String> tests = new HashSet<>();
    for (Path file : files(ROOT, ".java")) {
      tests.add(file.getFileName().toString().replace(".java", ""));
    }
    Set<String> unknown = new TreeSet<>();
    for (Path page : pages(ROOT)) {
      Matcher name = TEST.matcher(Files.readString(page));
      while (name.find()) {
        if (!tests.contains(name.group(1))) {
          unknown.add(ROOT.relativize(page) + ": " + name.group(1));
        }
      }
    }
    assertEquals(Set.of(), unknown);
  }

  @Test
  void brokenLinksAreFound(@TempDir Path folder) throws IOException {
    Path page = folder.resolve("page.md");
    Files.writeString(folder.resolve("other.md"), "# One `two`, three\n\n## Same\n\n## Same\n");
    Files.writeString(
        page,
        """
        [a](other.md) [b](other.md#one-two-three) [c](other.md#same-1) [d](https://example.org/x)
        [e](missing.md) [f](other.md#same-2) ![g](picture.png) [h](#nowhere) <img src="no.svg">
        `[i](in-code.md)`

        ```
        [j](in-a-block.md)
        # Nowhere
        ```
        """);
    assertEquals(
        List.of("missing.md", "other.md#same-2", "picture.png", "#nowhere", "no.svg"),
        broken(page));
  }

  private static List<String> broken(Path page) throws IOException {
    List<String> broken = new ArrayList<>();
    for (String link : links(page)) {
      String[] parts = link.split("#", 2);
      Path target = target(page, parts[0]);
      boolean found =
          Files.exists(target) && (parts.length == 1 || anchors(target).contains(parts[1]));
      if (!found) {
        broken.add(link);
      }
    }
    return broken;
  }

  /** The pages that a page links to. A link to a directory leads to all pages in it. */
  private static List<Path> pagesThatAreLinked(Path page) throws IOException {
    List<Path> linked = new ArrayList<>();
    for (String link : links(page)) {
      Path target = target(page, link.split("#", 2)[0]);
      if (Files.isDirectory(target)) {
        try (var files = Files.list(target)) {
          files.filter(DocumentationLinksTest::isPage).forEach(linked::add);
        }
      } else if (Files.exists(target) && isPage(target)) {
        linked.add(target);
      }
    }
    return linked;
  }

  private static Path target(Path page, String link) {
    return link.isEmpty() ? page : page.resolveSibling(link).normalize();
  }

  private static boolean isPage(Path file) {
    return file.toString().endsWith(PAGE);
  }

  private static List<String> links(Path page) throws IOException {
    List<String> links = new ArrayList<>();
    for (String line : prose(page)) {
      Matcher link = LINK.matcher(line.replaceAll("`[^`]*`", ""));
      while (link.find()) {
        String target = link.group(1) != null ? link.group(1) : link.group(2);
        if (!ELSEWHERE.matcher(target).matches()) {
          links.add(target);
        }
      }
    }
    return links;
  }

  /** The anchors of a page's headings: lower case, without punctuation, numbered if repeated. */
  private static Set<String> anchors(Path page) throws IOException {
    Set<String> anchors = new HashSet<>();
    Map<String, Integer> seen = new HashMap<>();
    for (String line : prose(page)) {
      if (line.matches("#{1,6} .*")) {
        String title = line.replaceFirst("#+ ", "").replaceAll("\\]\\([^)]*\\)", "]").strip();
        String anchor =
            title.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
        int earlier = seen.merge(anchor, 1, Integer::sum) - 1;
        anchors.add(earlier == 0 ? anchor : anchor + "-" + earlier);
      }
    }
    return anchors;
  }

  /** The lines of a page outside of fenced code blocks. */
  private static List<String> prose(Path page) throws IOException {
    List<String> prose = new ArrayList<>();
    boolean code = false;
    for (String line : Files.readAllLines(page)) {
      if (line.strip().startsWith("```")) {
        code = !code;
      } else if (!code) {
        prose.add(line);
      }
    }
    return prose;
  }

  private static List<Path> pages(Path root) throws IOException {
    return files(root, PAGE);
  }

  /** The files below a directory, without build output and hidden directories. */
  private static List<Path> files(Path root, String ending) throws IOException {
    Set<Path> skipped = Set.of(ROOT.resolve("out"), ROOT.resolve("run"));
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = folder.getFileName().toString();
            boolean hidden = !folder.equals(root) && name.startsWith(".");
            return hidden || name.equals("target") || skipped.contains(folder)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(ending)) {
              found.add(file.normalize());
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }
}
