package dev.dovetail.internal;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The memory of the machine, and of this process. All figures are bytes. */
public final class Memory {

  private static final Path PROCESS = Path.of("/proc/self/status");
  private static final Path MACHINE = Path.of("/proc/meminfo");

  /** Takes commands; 5 makes the most resident memory begin again at what is resident now. */
  private static final Path RESET = Path.of("/proc/self/clear_refs");

  private Memory() {}

  /** Half of the machine's memory. */
  public static long halfOfTheMachine() {
    return machine() / 2;
  }

  private static long machine() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getTotalMemorySize();
  }

  /** The memory that is still available, limited by the container. */
  public static long available() {
    return Math.min(machine(), field(MACHINE, "MemAvailable").orElse(Long.MAX_VALUE));
  }

  /** The resident memory of this process; empty if the system does not report it. */
  public static OptionalLong resident() {
    return field(PROCESS, "VmRSS");
  }

  /**
   * The most that was resident since {@link #forgetMostResident}, else since the start; empty where
   * the system does not tell.
   */
  public static OptionalLong mostResident() {
    return field(PROCESS, "VmHWM");
  }

  /** Whether {@link #mostResident} begins again, at what is resident now. */
  public static boolean forgetMostResident() {
    try {
      Files.writeString(RESET, "5");
      return true;
    } catch (IOException e) {
      return false; // Not on this system, or not allowed.
    }
  }

  /** A figure of a file of the system, which has kB. */
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
