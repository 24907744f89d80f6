package dev.dovetail.cli.bench;

import dev.dovetail.internal.Memory;
import dev.dovetail.runtime.Device;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;

/** How much more memory is taken than at the beginning, at most. */
final class GrownMemory {

  private final Device device;
  private final OptionalLong host;
  private final OptionalLong onDevice;

  private GrownMemory(Device device, OptionalLong host, OptionalLong onDevice) {
    this.device = device;
    this.host = host;
    this.onDevice = onDevice;
  }

  /** Begins now. What Java no longer needs is given back before. */
  static GrownMemory since(Device device) {
    System.gc();
    trim();
    OptionalLong host = Memory.forgetMostResident() ? Memory.resident() : OptionalLong.empty();
    return new GrownMemory(device, host, DeviceMemory.used(device));
  }

  /** Asks the C library to release memory that earlier models used, where this Java supports it. */
  private static void trim() {
    try {
      ManagementFactory.getPlatformMBeanServer()
          .invoke(
              new ObjectName("com.sun.management:type=DiagnosticCommand"),
              "systemTrimNativeHeap",
              null,
              null);
    } catch (JMException | RuntimeMBeanException e) {
      // Not in this Java: the next model may use it again, and then seems to need less.
    }
  }

  Measurement.MemoryUse grown() {
    return new Measurement.MemoryUse(
        difference(Memory.mostResident(), host), difference(DeviceMemory.used(device), onDevice));
  }

  private static OptionalLong difference(OptionalLong now, OptionalLong before) {
    return now.isPresent() && before.isPresent()
        ? OptionalLong.of(Math.max(0, now.getAsLong() - before.getAsLong()))
        : OptionalLong.empty();
  }
}
