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
 * Compiled kernels, kept for later starts by the hash of all that they are made of: text, options
 * (with the architecture) and the compiler's version. Each file begins with the hash of what
 * follows, so that a damaged one is compiled anew. Where the folder cannot be written, kernels are
 * compiled at every start.
 *
 * @param folder made when first needed
 */
record CubinCache(Path folder) {

  private static final int HASH = 32;

  /** Compiles a kernel that is not there. */
  @FunctionalInterface
  interface Compiler {
    byte[] compile() throws KernelException;
  }

  /** {@return the one in the cache folder of the user} */
  static CubinCache standard() {
    return new CubinCache(CacheFolder.standard().resolve("kernels"));
  }

  /**
   * {@return the machine code, compiled now if it is not kept}
   *
   * @param source the text
   * @param options how it is compiled
   * @param version of the compiler
   * @param compiler compiles it
   * @throws KernelException as the compiler throws it
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
      // Compiled anew, then.
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
      // A later start compiles it again.
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
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
