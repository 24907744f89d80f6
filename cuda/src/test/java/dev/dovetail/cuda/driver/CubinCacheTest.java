package dev.dovetail.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dovetail.cuda.kernels.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CubinCacheTest {

  private static final List<String> OPTIONS = List.of("--gpu-architecture=sm_90");

  @TempDir Path folder;
  private int compiled;

  private byte[] get(CubinCache cache, String source, List<String> options, String version)
      throws KernelException {
    return cache.get(source, options, version, () -> new byte[] {1, 2, (byte) ++compiled});
  }

  @Test
  void aKernelIsCompiledOnceForItsTextOptionsAndCompiler() throws KernelException {
    CubinCache cache = new CubinCache(folder.resolve("kernels"));
    assertArrayEquals(new byte[] {1, 2, 1}, get(cache, "a", OPTIONS, "13.0"));
    assertArrayEquals(new byte[] {1, 2, 1}, get(cache, "a", OPTIONS, "13.0"));
    assertArrayEquals(new byte[] {1, 2, 2}, get(cache, "b", OPTIONS, "13.0"));
    assertArrayEquals(new byte[] {1, 2, 3}, get(cache, "a", List.of("sm_80"), "13.0"));
    assertArrayEquals(new byte[] {1, 2, 4}, get(cache, "a", OPTIONS, "13.1"));
    assertEquals(4, compiled);
  }

  @Test
  void aDamagedFileIsRecompiled() throws IOException, KernelException {
    CubinCache cache = new CubinCache(folder);
    get(cache, "a", OPTIONS, "13.0");
    Path file = only();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1]++;
    Files.write(file, bytes);
    assertArrayEquals(new byte[] {1, 2, 2}, get(cache, "a", OPTIONS, "13.0"));
    Files.write(only(), new byte[] {1, 2});
    assertArrayEquals(new byte[] {1, 2, 3}, get(cache, "a", OPTIONS, "13.0"));
    assertArrayEquals(new byte[] {1, 2, 3}, get(cache, "a", OPTIONS, "13.0"));
  }

  private Path only() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.reduce((a, b) -> folder.resolve("two files")).orElseThrow();
    }
  }

  @Test
  void kernelsAreCompiledEachTimeWithoutACache() throws IOException, KernelException {
    Path file = Files.writeString(folder.resolve("file"), "not a directory");
    CubinCache cache = new CubinCache(file);
    get(cache, "a", OPTIONS, "13.0");
    assertArrayEquals(new byte[] {1, 2, 2}, get(cache, "a", OPTIONS, "13.0"));
  }

  @Test
  void kernelsThatFailToCompileAreNotCached() {
    CubinCache cache = new CubinCache(folder);
    for (int i = 0; i < 2; i++) {
      KernelException e =
          assertThrows(
              KernelException.class,
              () ->
                  cache.get(
                      "a",
                      OPTIONS,
                      "13.0",
                      () -> {
                        throw new KernelException("no", "line 3: error");
                      }));
      assertEquals("line 3: error", e.log());
    }
  }
}
