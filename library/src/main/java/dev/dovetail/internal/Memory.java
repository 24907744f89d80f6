package dev.dovetail.internal;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The machine's memory. */
public final class Memory {

  private Memory() {}

  /** Half of it, in bytes. */
  public static long halfOfTheMachine() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getTotalMemorySize() / 2;
  }
}
