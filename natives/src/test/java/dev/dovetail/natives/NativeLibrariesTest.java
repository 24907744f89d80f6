package dev.dovetail.natives;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The "libraries" are random bytes; none is loaded. */
class NativeLibrariesTest {

  private static final String RESOURCES = "/lib/here";

  private static final byte[] FIRST = bytes(1, 1_000_000);
  private static final byte[] SECOND = bytes(2, 300_000);

  @TempDir private Path folder;

  /** A class in a jar, so that resources are searched for in the jar. */
  public static final class Owner {}

  private static byte[] bytes(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private Path cache() {
    return folder.resolve("cache/dovetail");
  }

  /** Returns a class from a jar with such libraries. */
  private Class<?> jar(String name, Map<String, byte[]> libraries) throws Exception {
    Path jar = folder.resolve(name + ".jar");
    String type = Owner.class.getName().replace('.', '/') + ".class";
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        InputStream owner = Owner.class.getResourceAsStream("/" + type)) {
      out.putNextEntry(new JarEntry(type));
      owner.transferTo(out);
      for (Map.Entry<String, byte[]> library : libraries.entrySet()) {
        String path = RESOURCES.substring(1) + "/" + System.mapLibraryName(library.getKey());
        out.putNextEntry(new JarEntry(path));
        out.write(library.getValue());
      }
    }
    URL[] urls = {jar.toUri().toURL()};
    return new URLClassLoader(urls, null).loadClass(Owner.class.getName());
  }

  private NativeLibraries libraries() throws Exception {
    return libraries(jar("natives", Map.of("first", FIRST, "second", SECOND)));
  }

  private NativeLibraries libraries(Class<?> owner) {
    return new NativeLibraries("test", owner, List.of("/lib/nowhere", RESOURCES), cache());
  }

  private static Path file(Path in, String library) {
    return in.resolve(System.mapLibraryName(library));
  }

  private static void permit(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class);
  }

  private static List<Path> all(Path root) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void librariesAreUnpackedOnceAndReusedByLaterStarts() throws Exception {
    Path place = libraries().unpack("first", "second").orElseThrow();
    assertTrue(place.startsWith(cache().resolve("natives").toRealPath()), place.toString());
    assertArrayEquals(FIRST, Files.readAllBytes(file(place, "first")));
    assertArrayEquals(SECOND, Files.readAllBytes(file(place, "second")));
    BasicFileAttributes before = attributes(file(place, "first"));
    NativeLibraries later = libraries();
    assertEquals(Optional.of(place), later.unpack("first", "second"));
    BasicFileAttributes after = attributes(file(place, "first"));
    assertEquals(before.fileKey(), after.fileKey());
    assertEquals(before.creationTime(), after.creationTime());
    assertEquals("in " + place, later.whereabouts());
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows does not have POSIX permissions")
  void onlyTheUserCanReadAndWriteUnpackedFiles() throws Exception {
    Path place = libraries().unpack("first").orElseThrow();
    for (Path p : List.of(cache(), cache().resolve("natives"), place, file(place, "first"))) {
      assertEquals(
          "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(p)), "" + p);
    }
  }

  @Test
  void aLibraryThatIsNeededLaterIsInTheSameFolder() throws Exception {
    NativeLibraries libraries = libraries();
    Path place = libraries.unpack("first").orElseThrow();
    assertFalse(Files.exists(file(place, "second")));
    assertEquals(Optional.of(place), libraries.unpack("second"));
    assertArrayEquals(SECOND, Files.readAllBytes(file(place, "second")));
  }

  @Test
  void librariesThatTheJarLacksAreSkipped() throws Exception {
    NativeLibraries libraries = libraries();
    assertEquals(Optional.empty(), libraries.unpack("third"));
    assertEquals("not unpacked by Dovetail", libraries.whereabouts());
    Path place = libraries.unpack("first", "third").orElseThrow();
    assertEquals(List.of(file(place, "first")), all(place));
  }

  @Test
  void unusualFileNamesAreKept() throws Exception {
    Class<?> owner = jar("natives", Map.of("first", FIRST, "second", SECOND));
    List<String> names = List.of(System.mapLibraryName("second"), "third.so.1");
    Path place = libraries(owner).unpackFiles(names).orElseThrow();
    assertEquals(List.of(file(place, "second")), all(place));
    assertEquals(libraries(owner).unpack("second"), Optional.of(place));
  }

  @Test
  void librariesOutsideJarsAreAlsoUnpacked() throws Exception {
    Path root = folder.resolve("classes");
    String type = Owner.class.getName().replace('.', '/') + ".class";
    Files.createDirectories(root.resolve(type).getParent());
    try (InputStream in = Owner.class.getResourceAsStream("/" + type)) {
      Files.copy(in, root.resolve(type));
    }
    Path libraries = Files.createDirectories(root.resolve(RESOURCES.substring(1)));
    Files.write(file(libraries, "first"), FIRST);
    Class<?> owner =
        new URLClassLoader(new URL[] {root.toUri().toURL()}, null).loadClass(Owner.class.getName());
    Path place = libraries(owner).unpack("first").orElseThrow();
    assertArrayEquals(FIRST, Files.readAllBytes(file(place, "first")));
  }

  @Test
  void eachVersionHasItsOwnFolder() throws Exception {
    Path one = libraries().unpack("first").orElseThrow();
    byte[] next = bytes(3, FIRST.length);
    Path two = libraries(jar("next", Map.of("first", next))).unpack("first").orElseThrow();
    assertNotEquals(one, two);
    assertArrayEquals(FIRST, Files.readAllBytes(file(one, "first")));
    assertArrayEquals(next, Files.readAllBytes(file(two, "first")));
  }

  @Test
  void unusedVersionsAreDeletedWhenANewOneIsUnpacked() throws Exception {
    Path old = libraries().unpack("first").orElseThrow();
    Path recent = libraries(jar("recent", Map.of("first", SECOND))).unpack("first").orElseThrow();
    Path another = Files.createDirectory(old.resolveSibling("other-00000000"));
    FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofDays(31)));
    Files.setLastModifiedTime(old, longAgo);
    Files.setLastModifiedTime(another, longAgo);
    libraries(jar("next", Map.of("first", bytes(3, 10)))).unpack("first");
    assertFalse(Files.exists(old), "the unused version");
    assertTrue(Files.exists(recent), "the recently used version");
    assertTrue(Files.exists(another), "another library's");
  }

  @Test
  void aDamagedFileIsReplaced() throws Exception {
    Path place = libraries().unpack("first").orElseThrow();
    Path first = file(place, "first");
    byte[] flipped = FIRST.clone();
    flipped[500_000] ^= 1;
    FileTime before = Files.getLastModifiedTime(first);
    for (byte[] damaged : List.of(new byte[0], new byte[FIRST.length], SECOND, flipped)) {
      Files.write(first, damaged);
      Files.setLastModifiedTime(first, before);
      assertEquals(Optional.of(place), libraries().unpack("first"));
      assertArrayEquals(FIRST, Files.readAllBytes(first));
    }
  }

  @Test
  void aLinkIsReplacedAndNotFollowed() throws Exception {
    Path place = libraries().unpack("first").orElseThrow();
    Path target = Files.write(folder.resolve("target"), FIRST);
    Files.delete(file(place, "first"));
    try {
      Files.createSymbolicLink(file(place, "first"), target);
    } catch (IOException | UnsupportedOperationException e) {
      Assumptions.abort(
          "links cannot be created here (Windows requires a privilege): " + e.getMessage());
    }
    libraries().unpack("first");
    assertFalse(Files.isSymbolicLink(file(place, "first")));
    assertArrayEquals(FIRST, Files.readAllBytes(target));
  }

  @Test
  void unfinishedFilesAreDeletedAndNeverUsed() throws Exception {
    Path place = libraries().unpack("first").orElseThrow();
    Path old = Files.write(place.resolve("part1.tmp"), bytes(4, 10));
    Path young = Files.write(place.resolve("part2.tmp"), bytes(5, 10));
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    libraries().unpack("first", "second");
    assertFalse(Files.exists(old));
    assertTrue(Files.exists(young), "another process may be writing it");
  }

  @Test
  void concurrentStartsGetCompleteFiles() throws Exception {
    Class<?> owner = jar("natives", Map.of("first", FIRST, "second", SECOND));
    ExecutorService starts = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 5; round++) {
        List<Callable<Path>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          all.add(
              () -> {
                Path place = libraries(owner).unpack("first", "second").orElseThrow();
                assertArrayEquals(FIRST, Files.readAllBytes(file(place, "first")));
                assertArrayEquals(SECOND, Files.readAllBytes(file(place, "second")));
                return place;
              });
        }
        Path place = null;
        for (Future<Path> start : starts.invokeAll(all)) {
          place = start.get();
          assertTrue(place.startsWith(cache().toRealPath()), place.toString());
        }
        assertEquals(2, all(cache()).size(), "no unfinished files are left");
        Files.delete(file(place, "first"));
        Files.delete(file(place, "second"));
      }
    } finally {
      starts.shutdown();
    }
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows does not have POSIX permissions")
  void aCacheThatOthersCanWriteIsNotUsed() throws Exception {
    Path place = libraries().unpack("first").orElseThrow();
    for (Path open : List.of(place, place.getParent(), cache(), cache().getParent())) {
      var before = Files.getPosixFilePermissions(open);
      for (String permissions : List.of("rwxrwx---", "rwx----w-")) {
        permit(open, permissions);
        expectTemporary(open.toRealPath() + " is writable by other users");
      }
      Files.setPosixFilePermissions(open, before);
    }
    permit(file(place, "first"), "rwxrw----");
    expectTemporary("is writable by other users");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows does not have POSIX permissions")
  void filesInACacheThatOthersCanWriteAreNeitherUsedNorReplaced() throws Exception {
    Path place = libraries().unpack("first").orElseThrow();
    Files.write(file(place, "first"), SECOND);
    permit(place, "rwxrwxrwx");
    expectTemporary("is writable by other users");
    assertArrayEquals(SECOND, Files.readAllBytes(file(place, "first")));
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows does not have POSIX permissions")
  void aFileOfAnotherUserIsNotUsed() throws Exception {
    Path place = libraries().unpack("first").orElseThrow();
    try {
      Files.setAttribute(file(place, "first"), "unix:uid", 12345);
    } catch (IOException e) {
      Assumptions.abort("only root can change the owner of files");
    }
    expectTemporary("is owned by 12345, another user");
  }

  @Test
  void theTemporaryFolderIsUsedIfTheCacheCannotBeCreated() throws Exception {
    Files.createDirectories(folder.resolve("cache"));
    Files.writeString(cache(), "a file in place of the directory");
    expectTemporary(cache() + "");
  }

  private void expectTemporary(String reason) throws Exception {
    NativeLibraries libraries = libraries();
    Path place = libraries.unpack("first", "second").orElseThrow();
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    assertEquals(temporary, place.getParent());
    assertArrayEquals(FIRST, Files.readAllBytes(file(place, "first")));
    assertArrayEquals(SECOND, Files.readAllBytes(file(place, "second")));
    String whereabouts = libraries.whereabouts();
    assertTrue(
        whereabouts.startsWith("unpacked at every start into " + temporary + ", because "),
        whereabouts);
    assertTrue(whereabouts.contains(reason), whereabouts);
  }

  @Test
  void aDamagedJarIsAnError() throws Exception {
    Path jar = folder.resolve("natives.jar");
    Class<?> owner = jar("natives", Map.of("first", FIRST));
    byte[] bytes = Files.readAllBytes(jar);
    // Random bytes are not compressible, so that the middle of the jar is in the library.
    bytes[bytes.length / 2] ^= 1;
    Files.write(jar, bytes);
    IOException e = assertThrows(IOException.class, () -> libraries(owner).unpack("first"));
    assertTrue(e.getMessage().contains("is damaged"), e.getMessage());
    assertEquals(List.of(), all(cache()));
  }
}
