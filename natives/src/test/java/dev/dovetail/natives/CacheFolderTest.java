package dev.dovetail.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheFolderTest {

  private static final String JAVA = absolute("java");

  private static String absolute(String name) {
    return Path.of(name).toAbsolutePath().toString();
  }

  private static String dovetailIn(String folder) {
    return Path.of(folder, "dovetail").toString();
  }

  private static String of(Map<String, String> environment) {
    return CacheFolder.of(environment, JAVA).toString();
  }

  @Test
  void theEnvironmentHasPrecedenceOverJavasUserHome() {
    String caches = absolute("caches");
    String me = absolute("me");
    assertEquals(dovetailIn(caches), of(Map.of("XDG_CACHE_HOME", caches, "HOME", me)));
    assertEquals(dovetailIn(Path.of(me, ".cache").toString()), of(Map.of("HOME", me)));
    assertEquals(dovetailIn(Path.of(JAVA, ".cache").toString()), of(Map.of()));
  }

  @Test
  void relativeAndEmptyPathsInTheEnvironmentAreIgnored() {
    String me = absolute("me");
    for (String path : new String[] {"", "caches", "./caches"}) {
      assertEquals(
          dovetailIn(Path.of(me, ".cache").toString()),
          of(Map.of("XDG_CACHE_HOME", path, "HOME", me)));
      assertEquals(dovetailIn(Path.of(JAVA, ".cache").toString()), of(Map.of("HOME", path)));
    }
  }

  @Test
  void platformNamesAreNormalized() {
    assertEquals(new Platform("linux", "x86_64"), Platform.of("Linux", "amd64"));
    assertEquals(new Platform("linux", "aarch64"), Platform.of("Linux", "aarch64"));
    assertEquals(new Platform("osx", "aarch64"), Platform.of("Mac OS X", "aarch64"));
    assertEquals(new Platform("osx", "x86_64"), Platform.of("Mac OS X", "x86_64"));
    assertEquals(new Platform("windows", "x86_64"), Platform.of("Windows 11", "amd64"));
    assertEquals(new Platform("freebsd", "riscv64"), Platform.of("FreeBSD", "riscv64"));
  }
}
