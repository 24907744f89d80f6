package dev.dovetail.cuda.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kernel for fixed shapes: its source, in which shapes are constants, and its launch
 * configuration. Its arguments are the addresses of the operands, or their elements if they contain
 * sizes, followed by the addresses of the results.
 *
 * @param kernel the name of the function and of its {@code .cu} resource
 * @param constants the constants that the source requires, by name
 * @param gridX the number of blocks along x
 * @param gridY the number of blocks along y
 * @param block the number of threads per block, which is {@code BLOCK} in the source
 */
public record Launch(
    String kernel, Map<String, String> constants, int gridX, int gridY, int block) {

  /** CUDA's limits for grids and blocks. */
  private static final int MOST_Y = 65_535;

  private static final int MOST_THREADS = 1024;

  private static final Pattern INCLUDE = Pattern.compile("(?m)^#include \"(.+)\"$");

  /**
   * @throws IllegalArgumentException if the grid or block exceeds CUDA's limits
   */
  public Launch {
    constants = Collections.unmodifiableMap(new TreeMap<>(constants));
    if (gridX < 1 || gridY < 1 || gridY > MOST_Y || block < 1 || block > MOST_THREADS) {
      throw new IllegalArgumentException(
          kernel
              + ": CUDA does not support a grid of "
              + gridX
              + "x"
              + gridY
              + " blocks of "
              + block
              + " threads");
    }
  }

  /** {@return the source of the kernel and its includes, in CUDA C++} */
  public String source() {
    // The compiler has no include path, so the includes are inlined.
    return definitions()
        + INCLUDE
            .matcher(text(kernel + ".cu"))
            .replaceAll(m -> Matcher.quoteReplacement(text(m.group(1))));
  }

  /** {@return the constants as preprocessor definitions} */
  public String definitions() {
    StringBuilder out = new StringBuilder("#define BLOCK " + block + "\n");
    constants.forEach((name, value) -> out.append("#define " + name + " " + value + "\n"));
    return out.toString();
  }

  /**
   * {@return the content of a source file}
   *
   * @param name the name of a resource in this package
   */
  public static String text(String name) {
    try (InputStream in = Launch.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("there is no kernel source " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
