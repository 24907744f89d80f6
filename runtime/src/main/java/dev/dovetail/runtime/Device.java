package dev.dovetail.runtime;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A device that plans run on. */
public sealed interface Device {

  /** The CPU. */
  record Cpu() implements Device {
    @Override
    public String toString() {
      return "cpu";
    }
  }

  /**
   * An NVIDIA GPU.
   *
   * @param index the CUDA device index, from 0
   */
  record Cuda(int index) implements Device {
    @Override
    public String toString() {
      return "cuda:" + index;
    }
  }

  /**
   * Parses the name of a device: {@code cpu}, {@code cuda} (the first GPU) or {@code cuda:N}.
   *
   * @param text the name
   * @return the device
   * @throws IllegalArgumentException if the name is none of these
   */
  static Device parse(String text) {
    Matcher m = Pattern.compile("(cpu)|cuda(?::(\\d{1,3}))?").matcher(text);
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "unknown device '" + text + "': expected cpu, cuda or cuda:N with N from 0");
    }
    return m.group(1) != null
        ? new Cpu()
        : new Cuda(m.group(2) == null ? 0 : Integer.parseInt(m.group(2)));
  }
}
