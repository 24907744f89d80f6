package dev.dovetail.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The directories into which a set may be drawn, and the files that remain in them. */
class SampleFolderTest {

  private static final Size SIZE = new Size(64, 80);
  private static final SampleOptions SMALL = new SampleOptions(2, 1, SIZE, 1);
  private static final List<String> SET =
      List.of("annotations", "classes.txt", "images", "sample-set.json");

  @TempDir Path folder;

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  private static String refusal(Path folder) {
    return assertThrows(IOException.class, () -> SampleSet.draw(folder, SMALL)).getMessage();
  }

  @Test
  void aNewOrEmptyDirectoryContainsOnlyTheSet() throws IOException {
    SampleSet.draw(folder.resolve("a/b"), SMALL);
    assertEquals(SET, names(folder.resolve("a/b")));
    Path empty = Files.createDirectory(folder.resolve("empty"));
    SampleSet.draw(empty, SMALL);
    assertEquals(SET, names(empty));
  }

  @Test
  void aLinkToADirectoryIsFollowed() throws IOException {
    Path real = Files.createDirectory(folder.resolve("real"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    SampleSet.draw(link, SMALL);
    assertEquals(SET, names(real));
    assertTrue(Files.isSymbolicLink(link));
  }

  @Test
  void aDirectoryWithOtherFilesIsRejectedAndUnchanged() throws IOException {
    Path photo = Files.createDirectories(folder.resolve("images")).resolve("photo.png");
    Files.writeString(photo, "mine");
    String message = refusal(folder);
    assertTrue(message.contains("is not empty (it contains images)"), message);
    assertTrue(message.contains("--overwrite"), message);
    assertEquals(List.of("images"), names(folder));
    assertEquals("mine", Files.readString(photo));
  }

  @Test
  void aFileWithTheNameOfTheMarkerIsNotASet() throws IOException {
    Files.writeString(folder.resolve("sample-set.json"), "{\"dovetail\": \"something else\"}");
    assertTrue(refusal(folder).contains("is not a sample set"));
  }

  @Test
  void overwritingReplacesOnlyTheFilesOfASet() throws IOException {
    Files.writeString(
        Files.createDirectories(folder.resolve("images/train")).resolve("old.png"), "old");
    Files.writeString(folder.resolve("notes.txt"), "mine");
    SampleSet.draw(folder, SMALL, true, () -> {});
    assertEquals(
        Stream.concat(SET.stream(), Stream.of("notes.txt")).sorted().toList(), names(folder));
    assertEquals(List.of("000001.png", "000002.png"), names(folder.resolve("images/train")));
    assertEquals("mine", Files.readString(folder.resolve("notes.txt")));
  }

  @Test
  void replacingASetKeepsOtherFiles() throws IOException {
    SampleSet.draw(folder, SMALL);
    Files.createDirectory(folder.resolve("run"));
    SampleSet.draw(folder, new SampleOptions(1, 1, SIZE, 2));
    assertEquals(List.of("000001.png"), names(folder.resolve("images/train")));
    assertTrue(Files.readString(folder.resolve("sample-set.json")).contains("\"seed\": 2}"));
    assertTrue(Files.isDirectory(folder.resolve("run")));
  }

  @Test
  void replacingALinkDoesNotDeleteItsTarget() throws IOException {
    Path photos = Files.createDirectory(folder.resolve("photos"));
    Files.writeString(photos.resolve("a.png"), "mine");
    Path set = Files.createDirectory(folder.resolve("set"));
    Files.createSymbolicLink(set.resolve("images"), photos);
    SampleSet.draw(set, SMALL, true, () -> {});
    assertEquals("mine", Files.readString(photos.resolve("a.png")));
    assertFalse(Files.isSymbolicLink(set.resolve("images")));
  }

  @Test
  void aFileIsNotADirectoryForASet() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "mine");
    assertTrue(refusal(file).contains("file is not a directory"));
    assertEquals("mine", Files.readString(file));
  }

  @Test
  void anUnfinishedRunLeavesNoPartialSet() throws IOException {
    assertThrows(
        CancellationException.class,
        () ->
            SampleSet.draw(
                folder,
                SMALL,
                false,
                () -> {
                  throw new CancellationException();
                }));
    assertEquals(List.of(), names(folder));
  }

  @Test
  void anUnfinishedRunKeepsTheEarlierSet() throws IOException {
    SampleSet.draw(folder, SMALL);
    byte[] before = Files.readAllBytes(folder.resolve("images/train/000001.png"));
    assertThrows(
        CancellationException.class,
        () ->
            SampleSet.draw(
                folder,
                new SampleOptions(20, 1, SIZE, 9),
                false,
                () -> {
                  throw new CancellationException();
                }));
    assertEquals(SET, names(folder));
    assertTrue(
        Arrays.equals(before, Files.readAllBytes(folder.resolve("images/train/000001.png"))));
  }

  @Test
  void filesOfAKilledRunAreDeletedByTheNextRun() throws IOException {
    Path left = Files.createDirectories(folder.resolve(".dovetail-sample/images/train"));
    Files.writeString(left.resolve("000001.png"), "half");
    SampleSet.draw(folder, SMALL);
    assertEquals(SET, names(folder));
  }

  @Test
  void numbersOutOfRangeAreRejectedWithTheRange() {
    assertTrue(refused(0, 1, SIZE).contains("train: 0 pictures cannot be drawn; expected 1 to"));
    assertTrue(refused(1, 100_001, SIZE).contains("val: 100001"));
    assertTrue(refused(1, 1, new Size(63, 400)).contains("63x400"));
    assertTrue(refused(1, 1, new Size(400, 4096)).contains("64 to 2048"));
  }

  private static String refused(int train, int val, Size size) {
    return assertThrows(
            IllegalArgumentException.class, () -> new SampleOptions(train, val, size, 0))
        .getMessage();
  }
}
