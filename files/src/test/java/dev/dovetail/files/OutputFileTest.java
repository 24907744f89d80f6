package dev.dovetail.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OutputFileTest {

  private static final byte[] NEW = "the new content".getBytes(StandardCharsets.UTF_8);
  private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void anEarlierFile() throws IOException {
    file = Files.writeString(folder.resolve("out.txt"), "old");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  private static void run(Object... words) throws Exception {
    List<String> command = Stream.of(words).map(Object::toString).toList();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assumeTrue(process.waitFor() == 0, () -> command + ": " + said);
  }

  private static void assumePosix() {
    assumeTrue(Path.of("").getFileSystem().supportedFileAttributeViews().contains("unix"));
  }

  /** Writes half of the content and fails. */
  private static void half(Path fresh) throws IOException {
    Files.writeString(fresh, "half");
    throw new IOException("no more of it");
  }

  @Test
  void anUnfinishedFileHasTheNameThatWasAskedFor() throws IOException {
    for (Path target : List.of(file, Path.of("").toAbsolutePath().relativize(file))) {
      Files.writeString(folder.resolve("out.part.txt"), "left by a process that was killed");
      try (OutputFile output = OutputFile.create(target, "out.part.txt")) {
        Files.write(output.fresh(), NEW);
        assertEquals(List.of("out.part.txt", "out.txt"), names());
        output.commit();
      }
      assertEquals(List.of("out.txt"), names());
      assertArrayEquals(NEW, Files.readAllBytes(file));
    }
  }

  @Test
  void completeContentReplacesTheFileAndLeavesNothingElse() throws IOException {
    OutputFile.write(file, NEW);
    assertEquals("the new content", Files.readString(file));
    OutputFile.write(folder.resolve("other.txt"), NEW);
    assertEquals(List.of("other.txt", "out.txt"), names());
  }

  @Test
  void aFailureKeepsTheOldFileAndLeavesNoNewOne() throws IOException {
    for (Path target : List.of(file, folder.resolve("new.txt"))) {
      IOException e =
          assertThrows(OutputException.class, () -> OutputFile.write(target, OutputFileTest::half));
      assertEquals("cannot write " + target + ": no more of it", e.getMessage());
      try (OutputFile begun = OutputFile.create(target);
          OutputStream out = begun.open()) {
        out.write(NEW);
      }
    }
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("out.txt"), names());
  }

  @Test
  void exceptionsFromReadingKeepTheirMessages() {
    NoSuchFileException missing = new NoSuchFileException("labels.txt");
    assertEquals(
        missing,
        assertThrows(
            NoSuchFileException.class,
            () ->
                OutputFile.write(
                    file,
                    fresh -> {
                      throw missing;
                    })));
  }

  @Test
  void readersNeverSeePartialContent() throws IOException {
    try (OutputFile begun = OutputFile.create(file)) {
      try (OutputStream out = begun.open()) {
        out.write(NEW);
        out.flush();
        assertEquals("old", Files.readString(file));
      }
      begun.commit();
    }
    assertEquals("the new content", Files.readString(file));
  }

  @Test
  void symbolicLinksAreFollowed() throws IOException {
    Path below = Files.createDirectory(folder.resolve("below"));
    Path real = Files.writeString(below.resolve("real"), "old");
    Path relative = Files.createSymbolicLink(folder.resolve("relative"), Path.of("below/real"));
    Path chain = Files.createSymbolicLink(folder.resolve("chain"), relative.toAbsolutePath());
    OutputFile.write(chain, NEW);
    assertTrue(Files.isSymbolicLink(chain) && Files.isSymbolicLink(relative));
    assertEquals("the new content", Files.readString(real));

    Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), Path.of("below/new"));
    assertThrows(IOException.class, () -> OutputFile.write(dangling, OutputFileTest::half));
    assertFalse(Files.exists(below.resolve("new")));
    OutputFile.write(dangling, NEW);
    assertTrue(Files.isSymbolicLink(dangling));
    assertEquals("the new content", Files.readString(below.resolve("new")));

    Path linked = Files.createSymbolicLink(folder.resolve("linked"), below);
    OutputFile.createFolder(linked);
    OutputFile.write(linked.resolve("real"), new byte[0]);
    assertEquals(0, Files.size(real));
  }

  @Test
  void cyclicLinksAreReported() throws IOException {
    Files.createSymbolicLink(folder.resolve("a"), Path.of("b"));
    Path b = Files.createSymbolicLink(folder.resolve("b"), Path.of("a"));
    IOException e = assertThrows(OutputException.class, () -> OutputFile.check(b));
    assertTrue(e.getMessage().contains(b + ": its symbolic links form a cycle"), e.toString());
  }

  @Test
  void hardLinksSeeTheNewContent() throws IOException {
    assumePosix();
    Path other = Files.createLink(folder.resolve("other.txt"), file);
    assertThrows(IOException.class, () -> OutputFile.write(file, OutputFileTest::half));
    assertEquals("old", Files.readString(other));
    OutputFile.write(file, NEW);
    assertEquals("the new content", Files.readString(other));
    assertEquals(2, Files.getAttribute(file, "unix:nlink"));
    assertEquals(List.of("other.txt", "out.txt"), names());
  }

  @Test
  void permissionsAreThoseOfTheOldFileOrTheDefault() throws IOException {
    assumePosix();
    for (String permissions : List.of("rw-r-----", "rwxrw-rw-", "rw-------")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
      OutputFile.write(file, NEW);
      assertEquals(permissions, PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      Path made = Files.writeString(folder.resolve("made"), "whole");
      OutputFile.write(file, fresh -> Files.move(made, fresh, StandardCopyOption.REPLACE_EXISTING));
      assertEquals(permissions, PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
    Path fresh = folder.resolve("fresh");
    OutputFile.write(fresh, NEW);
    Path usual = Files.createFile(folder.resolve("usual"));
    assertEquals(Files.getPosixFilePermissions(usual), Files.getPosixFilePermissions(fresh));
  }

  @Test
  void theOwnerOfAFileIsPreserved() throws Exception {
    assumePosix();
    assumeTrue(ROOT, "only root can change the owner of files");
    run("chown", "1234:4321", file);
    OutputFile.write(file, NEW);
    assertEquals("the new content", Files.readString(file));
    assertEquals(1234, Files.getAttribute(file, "unix:uid"));
    assertEquals(4321, Files.getAttribute(file, "unix:gid"));
  }

  @Test
  void missingPermissionsAreReportedBeforeWriting() throws IOException {
    Path none = folder.resolve("none/out.txt");
    IOException e = assertThrows(OutputException.class, () -> OutputFile.check(none));
    assertEquals("cannot write " + none + ": there is no such directory", e.getMessage());
    e = assertThrows(OutputException.class, () -> OutputFile.check(folder));
    assertEquals("cannot write " + folder + ": it is a directory", e.getMessage());
  }

  @Test
  void inAReadOnlyFolderFilesAreWrittenInPlaceAndNewFilesAreRejected() throws IOException {
    assumePosix();
    assumeFalse(ROOT, "root can write everywhere");
    Path locked = Files.createDirectory(folder.resolve("locked"));
    Path writable = Files.writeString(locked.resolve("writable"), "old");
    Path readable = Files.writeString(locked.resolve("readable"), "old");
    Files.setPosixFilePermissions(readable, PosixFilePermissions.fromString("r--r--r--"));
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      OutputFile.check(writable);
      OutputFile.write(writable, NEW);
      assertEquals("the new content", Files.readString(writable));
      IOException e = assertThrows(OutputException.class, () -> OutputFile.write(readable, NEW));
      assertEquals("cannot write " + readable + ": permission denied", e.getMessage());
      Path other = locked.resolve("other");
      e = assertThrows(OutputException.class, () -> OutputFile.check(other));
      assertTrue(
          e.getMessage().contains("no permission to write in the directory"), e.getMessage());
    } finally {
      Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void aPipeReceivesOnlyCompleteContentAndRemainsAPipe() throws Exception {
    assumePosix();
    Path pipe = folder.resolve("pipe");
    run("mkfifo", pipe);
    OutputFile.check(pipe); // Does not open the pipe, which would wait for a reader.
    assertThrows(IOException.class, () -> OutputFile.write(pipe, OutputFileTest::half));
    CompletableFuture<String> read =
        CompletableFuture.supplyAsync(
            () -> {
              try (InputStream in = Files.newInputStream(pipe)) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
              } catch (IOException e) {
                return e.toString();
              }
            });
    OutputFile.write(pipe, NEW);
    assertEquals("the new content", read.get(20, TimeUnit.SECONDS));
    assertFalse(Files.isRegularFile(pipe));
  }

  @Test
  void theReaderOfAPipeMayCloseItEarly() throws Exception {
    assumePosix();
    Path pipe = folder.resolve("pipe");
    run("mkfifo", pipe);
    CompletableFuture<Integer> read =
        CompletableFuture.supplyAsync(
            () -> {
              try (InputStream in = Files.newInputStream(pipe)) {
                return in.read();
              } catch (IOException e) {
                return -1;
              }
            });
    OutputFile.write(pipe, new byte[1 << 22]);
    assertEquals(0, read.get(20, TimeUnit.SECONDS));
  }

  @Test
  void aDeviceRemainsADevice() throws Exception {
    assumePosix();
    assumeTrue(ROOT, "only root can create devices");
    Path device = folder.resolve("null");
    run("mknod", device, "c", 1, 3);
    try (OutputStream out = Files.newOutputStream(device)) {
      out.write(1);
    } catch (IOException e) {
      assumeTrue(false, "the created device cannot be used here: " + e);
    }
    OutputFile.write(device, NEW);
    assertFalse(Files.isRegularFile(device));
    assertEquals(List.of("null", "out.txt"), names());
  }

  @Test
  void anOpenDescriptorIsAppendedToAndNotReplaced() throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    assumeTrue(Files.isDirectory(descriptors));
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      Path own;
      try (Stream<Path> all = Files.list(descriptors)) {
        own = all.filter(d -> isSame(d, file)).findFirst().orElseThrow();
      }
      Path link = Files.createSymbolicLink(folder.resolve("link"), own);
      OutputFile.write(link, NEW);
      assertEquals("oldthe new content", open.readLine());
      assertTrue(Files.isSymbolicLink(link));
    }
  }

  private static boolean isSame(Path descriptor, Path file) {
    try {
      return Files.isSameFile(descriptor, file);
    } catch (IOException e) {
      return false;
    }
  }
}
