package dev.dovetail.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** The memory of a GPU, for all processes, as reported by {@code nvidia-smi}. */
public final class GpuMemory {

  private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";
  private static final int PATIENCE = 10;

  private GpuMemory() {}

  /**
   * {@return the bytes in use; empty for the CPU, or if the system does not report them}
   *
   * @param device the GPU
   */
  public static OptionalLong used(Device device) {
    return query("used", device);
  }

  /** Returns the free bytes; empty for the CPU, or if the system does not report them. */
  static OptionalLong free(Device device) {
    return query("free", device);
  }

  private static OptionalLong query(String what, Device device) {
    if (!(device instanceof Device.Cuda cuda)) {
      return OptionalLong.empty();
    }
    try {
      Process process =
          new ProcessBuilder(
                  "nvidia-smi",
                  "--query-gpu=memory." + what,
                  "--format=csv,noheader,nounits",
                  "--id=" + id(cuda.index(), System.getenv(VISIBLE)))
              .redirectErrorStream(true)
              .start();
      process.getOutputStream().close();
      String text =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      boolean ended = process.waitFor(PATIENCE, TimeUnit.SECONDS) && process.exitValue() == 0;
      return ended && text.matches("\\d{1,9}")
          ? OptionalLong.of(Long.parseLong(text) << 20)
          : OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty(); // nvidia-smi is not installed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalLong.empty();
    }
  }

  /** Returns the driver's name of a CUDA device. */
  static String id(int index, String visible) {
    String[] ids = visible == null || visible.isBlank() ? new String[0] : visible.split(",");
    return index < ids.length ? ids[index].strip() : Integer.toString(index);
  }
}
