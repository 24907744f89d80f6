package dev.dovetail.cli.bench;

import dev.dovetail.runtime.Device;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** The GPU memory used by all processes, as reported by {@code nvidia-smi}. */
final class DeviceMemory {

  private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";
  private static final int PATIENCE = 10;

  private DeviceMemory() {}

  /** Returns the number of bytes; empty for the CPU, or if the system does not report it. */
  static OptionalLong used(Device device) {
    if (!(device instanceof Device.Cuda cuda)) {
      return OptionalLong.empty();
    }
    try {
      Process process =
          new ProcessBuilder(
                  "nvidia-smi",
                  "--query-gpu=memory.used",
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
