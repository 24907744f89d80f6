package dev.dovetail.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class GpuMemoryTest {

  @Test
  void aGpuHasTheNameOfItsDriver() {
    assertEquals("1", GpuMemory.id(1, null));
    assertEquals("1", GpuMemory.id(1, ""));
    assertEquals("3", GpuMemory.id(1, "2, 3"));
    assertEquals("GPU-4af", GpuMemory.id(0, "GPU-4af"));
  }

  @Test
  void theCpuHasNoGpuMemory() {
    assertEquals(OptionalLong.empty(), GpuMemory.used(new Device.Cpu()));
    assertEquals(OptionalLong.empty(), GpuMemory.free(new Device.Cpu()));
  }
}
