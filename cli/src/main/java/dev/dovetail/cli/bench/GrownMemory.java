package dev.dovetail.cli.bench;

import dev.dovetail.internal.Memory;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.GpuMemory;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;

/** The peak increase in memory since the start. */
final class GrownMemory {

  private final Device device;
  private final OptionalLong host;
  private final OptionalLong onDevice;

  private GrownMemory(Device device, OptionalLong host, OptionalLong onDevice) {
    this.device = device;
    this.host = host;
    this.onDevice = onDevice;
  }

  /** Starts now. Unused Java memory is released first. */
  static GrownMemory since(Device device) {
    System.gc();
    trim();
    OptionalLong host = Memory.forgetMostResident() ? Memory.resident() : OptionalLong.empty();
    return new GrownMemory(device, host, GpuMemory.used(device));
  }

  /** Asks the C library to release memory of earlier models, if this Java supports it. */
  private static void trim() {
    try {
      ManagementFactory.getPlatformMBeanServer()
          .invoke(
              new ObjectName("com.sun.management:type=DiagnosticCommand"),
              "systemTrimNativeHeap",
              null,
              null);
    } catch (JMException | RuntimeMBeanException e) {
      // Not supported by this Java: the next model may reuse the memory and seem to need less.
    }
  }

  Measurement.MemoryUse grown() {
    return new Measurement.MemoryUse(
        difference(Memory.mostResident(), host), difference(GpuMemory.used(device), onDevice));
  }

  private static OptionalLong difference(OptionalLong now, OptionalLong before) {
    return now.isPresent() && before.isPresent()
        ? OptionalLong.of(Math.max(0, now.getAsLong() - before.getAsLong()))
        : OptionalLong.empty();
  }
}
