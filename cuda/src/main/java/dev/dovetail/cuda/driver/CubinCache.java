package dev.dovetail.cuda.driver;

import dev.dovetail.cuda.kernels.KernelException;
import dev.dovetail.natives.CacheFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A cache of compiled kernels. The key is a hash of the source, the options (including the
 * architecture) and the compiler's version. Each file starts with a hash of its content, so damaged
 * files are detected and recompiled. If the directory is not writable, kernels are compiled in
 * every run.
 *
 * @param folder the directory, created when it is first needed
 */
record CubinCache(Path folder) {

  private static final int HASH = 32;

  /** Compiles a kernel that is not in the cache. */
  @FunctionalInterface
  interface Compiler {
    byte[] compile() throws KernelException;
  }

  /** {@return the cache in the user's cache directory} */
  static CubinCache standard() {
    return new CubinCache(CacheFolder.standard().resolve("kernels"));
  }

  /**
   * {@return the machine code, compiled if it is not in the cache}
   *
   * @param source the source text
   * @param options the compiler options
   * @param version the version of the compiler
   * @param compiler the compiler
   * @throws KernelException if the compiler throws it
   */
  byte[] get(String source, List<String> options, String version, Compiler compiler)
      throws KernelException {
    String name = name(source, options, version);
    Path file = folder.resolve(name + ".cubin");
    try {
      byte[] kept = Files.isRegularFile(file) ? Files.readAllBytes(file) : new byte[0];
      if (kept.length > HASH) {
        byte[] code = Arrays.copyOfRange(kept, HASH, kept.length);
        if (Arrays.equals(sha256(code), Arrays.copyOf(kept, HASH))) {
          return code;
        }
      }
    } catch (IOException e) {
      // The kernel is recompiled.
    }
    byte[] code = compiler.compile();
    keep(file, code);
    return code;
  }

  private void keep(Path file, byte[] code) {
    try {
      CacheFolder.create(folder);
      Path part = Files.createTempFile(folder, "part", ".tmp");
      try {
        byte[] all = Arrays.copyOf(sha256(code), HASH + code.length);
        System.arraycopy(code, 0, all, HASH, code.length);
        Files.write(part, all);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      // A later run compiles it again.
    }
  }

  static String name(String source, List<String> options, String version) {
    String all = version + "\0" + String.join("\0", options) + "\0" + source;
    return HexFormat.of().formatHex(sha256(all.getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform supports SHA-256", e);
    }
  }
}
