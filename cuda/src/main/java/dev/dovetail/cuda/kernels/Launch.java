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
 * A kernel for given shapes: its text, with shapes as constants, and how it is launched. Its
 * arguments are the addresses of the operands and then of the results.
 *
 * @param kernel the name of the function and of its {@code .cu} resource
 * @param constants what the text leaves open, by name
 * @param gridX blocks along x
 * @param gridY blocks along y
 * @param block threads of a block, which the text knows as {@code BLOCK}
 */
public record Launch(
    String kernel, Map<String, String> constants, int gridX, int gridY, int block) {

  /** CUDA's limits of a grid and a block. */
  private static final int MOST_Y = 65_535;

  private static final int MOST_THREADS = 1024;

  private static final Pattern INCLUDE = Pattern.compile("(?m)^#include \"(.+)\"$");

  /**
   * @throws IllegalArgumentException if CUDA has no such grid or block
   */
  public Launch {
    constants = Collections.unmodifiableMap(new TreeMap<>(constants));
    if (gridX < 1 || gridY < 1 || gridY > MOST_Y || block < 1 || block > MOST_THREADS) {
      throw new IllegalArgumentException(
          kernel + ": no grid of " + gridX + "x" + gridY + " blocks of " + block + " threads");
    }
  }

  /** {@return the text of the kernel and of what it uses, in CUDA C++} */
  public String source() {
    // The compiler is given one text.
    return definitions()
        + INCLUDE
            .matcher(text(kernel + ".cu"))
            .replaceAll(m -> Matcher.quoteReplacement(text(m.group(1))));
  }

  /** {@return the constants as lines of the preprocessor} */
  public String definitions() {
    StringBuilder out = new StringBuilder("#define BLOCK " + block + "\n");
    constants.forEach((name, value) -> out.append("#define " + name + " " + value + "\n"));
    return out.toString();
  }

  /**
   * {@return a text that lies beside this class}
   *
   * @param name of the resource
   */
  public static String text(String name) {
    try (InputStream in = Launch.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("there is no kernel text " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
