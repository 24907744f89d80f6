package dev.dovetail.formats.classification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {

  @TempDir private Path folder;
  private final Warnings warnings = new Warnings(Strictness.LENIENT);

  private void image(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.createFile(file);
  }

  private ImageFolder open(String... classes) throws IOException {
    return ImageFolder.open(folder, List.of(classes), warnings);
  }

  private static void assertSays(
      Class<? extends IOException> type, Executable action, String... words) {
    String message = assertThrows(type, action).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
  }

  @Test
  void classesAreTheSortedDirectoryNamesAndImagesAreAtAnyDepthBelow() throws IOException {
    for (String name :
        List.of("b/2.jpg", "b/1.png", "B/3.PNG", "a/deep/4.png", "a/.5.png", "b/notes.txt")) {
      image(name);
    }
    image(".ipynb_checkpoints/6.png");
    ImageFolder all = open();
    assertEquals(List.of("B", "a", "b"), all.classes());
    assertEquals(
        List.of(
            new ImageFolder.Entry("B/3.PNG", folder.resolve("B/3.PNG"), 0),
            new ImageFolder.Entry("a/deep/4.png", folder.resolve("a/deep/4.png"), 1),
            new ImageFolder.Entry("b/1.png", folder.resolve("b/1.png"), 2),
            new ImageFolder.Entry("b/2.jpg", folder.resolve("b/2.jpg"), 2)),
        all.entries());
    assertEquals(List.of(), warnings.entries());
  }

  @Test
  void specifiedClassesAreLabeledInTheirOrder() throws IOException {
    image("a/1.png");
    image("b/1.png");
    image("c/1.png");
    ImageFolder two = open("c", "a");
    assertEquals(List.of("c", "a"), two.classes());
    assertEquals(List.of("c/1.png", "a/1.png"), two.entries().stream().map(e -> e.name()).toList());
    assertEquals(List.of(0, 1), two.entries().stream().map(e -> e.label()).toList());
    assertTrue(warnings.entries().get(0).toString().contains("(ignored): 1 (first: "));
  }

  @Test
  void aLongListOfDirectoriesIsTruncatedInMessages() throws IOException {
    for (int i : IntStream.range(0, 50).toArray()) {
      image(String.format(Locale.ROOT, "class%02d/1.png", i));
    }
    assertSays(
        FormatException.class, () -> open("horse", "cow"), "'horse'", "class19, … 50 in all]");
  }

  @Test
  void implausibleDirectoriesAreErrorsThatStateTheExpectation() throws IOException {
    Path missing = folder.resolve("missing");
    assertSays(
        NotDirectoryException.class,
        () -> ImageFolder.open(missing, List.of(), warnings),
        "missing does not exist");
    image("1.png");
    assertSays(
        NotDirectoryException.class,
        () -> ImageFolder.open(folder.resolve("1.png"), List.of(), warnings),
        "1.png is not a directory");
    assertSays(
        FormatException.class, this::open, "no directories of classes, only images", "CLASS");
    Files.createDirectories(folder.resolve("cat"));
    assertSays(FormatException.class, this::open, "only one class, cat", "two or more");
    Files.createDirectories(folder.resolve("dog"));
    assertSays(FormatException.class, this::open, "no class has an image", "[cat, dog]");
    assertSays(FormatException.class, () -> open("cat", "horse"), "'horse'", "[cat, dog]");
    assertSays(FormatException.class, () -> open("cat", "cat"), "'cat' is listed twice");
  }

  @Test
  void anomaliesAreCountedOrRejectedOnRequest() throws IOException {
    image("cat/1.png");
    Files.createDirectories(folder.resolve("dog"));
    image("loose.png");
    open();
    List<String> said = warnings.entries().stream().map(Object::toString).toList();
    assertEquals(2, said.size(), said::toString);
    assertTrue(said.get(0).startsWith("images beside the directories"), said::toString);
    assertTrue(said.get(1).startsWith("a class without images (files ending"), said::toString);
    assertSays(
        FormatException.class,
        () -> ImageFolder.open(folder, List.of(), new Warnings(Strictness.STRICT)),
        "--strict");
  }

  @Test
  void splitsOfADataSetAreNotClassesWithoutAWarning() throws IOException {
    image("train/cat/1.png");
    image("Val/cat/1.png");
    assertEquals(2, open().classes().size());
    assertTrue(warnings.entries().get(0).toString().contains("splits of a data set"));
  }
}
