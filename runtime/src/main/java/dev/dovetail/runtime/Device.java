package dev.dovetail.runtime;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a plan runs. */
public sealed interface Device {

  /** The processor. */
  record Cpu() implements Device {
    @Override
    public String toString() {
      return "cpu";
    }
  }

  /**
   * An NVIDIA GPU.
   *
   * @param index CUDA's number of it, from 0 on
   */
  record Cuda(int index) implements Device {
    @Override
    public String toString() {
      return "cuda:" + index;
    }
  }

  /**
   * {@return the device that a user names: {@code cpu}, {@code cuda} (the first GPU) or {@code
   * cuda:n}}
   *
   * @param text what the user wrote
   * @throws IllegalArgumentException if the text is none of these
   */
  static Device parse(String text) {
    Matcher m = Pattern.compile("(cpu)|cuda(?::(\\d{1,3}))?").matcher(text);
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "there is no device '" + text + "': expected cpu, cuda or cuda:N with N from 0 on");
    }
    return m.group(1) != null
        ? new Cpu()
        : new Cuda(m.group(2) == null ? 0 : Integer.parseInt(m.group(2)));
  }
}
