package dev.dovetail.internal;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The memory of the machine and of this process. All figures are in bytes. */
public final class Memory {

  private static final Path PROCESS = Path.of("/proc/self/status");
  private static final Path MACHINE = Path.of("/proc/meminfo");

  /** Accepts commands; 5 resets the peak resident memory to its current value. */
  private static final Path RESET = Path.of("/proc/self/clear_refs");

  private Memory() {}

  /** Returns half of the machine's memory. */
  public static long halfOfTheMachine() {
    return machine() / 2;
  }

  private static long machine() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getTotalMemorySize();
  }

  /** Returns the available memory, limited by the container. */
  public static long available() {
    return Math.min(machine(), field(MACHINE, "MemAvailable").orElse(Long.MAX_VALUE));
  }

  /** Returns the resident memory of this process; empty if the system does not report it. */
  public static OptionalLong resident() {
    return field(PROCESS, "VmRSS");
  }

  /**
   * Returns the peak resident memory since {@link #forgetMostResident}, or since the start if it
   * was not called; empty if the system does not report it.
   */
  public static OptionalLong mostResident() {
    return field(PROCESS, "VmHWM");
  }

  /**
   * Resets {@link #mostResident} to the current value. Returns false if the system cannot do it.
   */
  public static boolean forgetMostResident() {
    try {
      Files.writeString(RESET, "5");
      return true;
    } catch (IOException e) {
      return false; // Not supported by this system, or not permitted.
    }
  }

  /** Returns a field of a system file, whose values are in kB. */
  private static OptionalLong field(Path file, String name) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith(name + ":"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
