package dev.dovetail.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Messages of ONNX Runtime when memory is exhausted, in words for users. */
class PlanExceptionTest {

  private static final String DO = "; use a smaller batch or smaller images";

  @Test
  void aFailedAllocationIsReportedWithItsSize() {
    String message =
        "Non-zero status code returned while running Conv node. Name:'a/Conv' Status Message:"
            + " /onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:376 void*"
            + " onnxruntime::BFCArena::AllocateRawInternal(size_t, bool) Failed to allocate memory"
            + " for requested buffer of size 12345678901";
    assertEquals(
        Optional.of("there is not enough memory for another 12.35 GB" + DO),
        PlanException.outOfMemory(message, OptionalLong::empty));
  }

  @Test
  void theFreeMemoryOfAGpuIsReported() {
    assertEquals(
        Optional.of("there is not enough memory for another 3.00 GB; 1.25 GB are free" + DO),
        PlanException.outOfMemory(
            "Failed to allocate memory for requested buffer of size 3000000000",
            () -> OptionalLong.of(1_250_000_000)));
    assertEquals(
        Optional.of("there is not enough memory for another 1.6 MB; 12.3 MB are free" + DO),
        PlanException.outOfMemory(
            "Failed to allocate memory for requested buffer of size 1600000",
            () -> OptionalLong.of(12_345_678)));
  }

  @Test
  void otherMessagesAboutExhaustedMemoryAreRecognized() {
    for (String message :
        new String[] {
          "std::bad_alloc", "CUDA failure 2: out of memory ; GPU=0", "bad allocation"
        }) {
      assertEquals(
          Optional.of("there is not enough memory" + DO),
          PlanException.outOfMemory(message, OptionalLong::empty));
    }
  }

  @Test
  void otherFailuresKeepTheirMessage() {
    assertEquals(
        Optional.empty(),
        PlanException.outOfMemory("index 7 is out of bounds", OptionalLong::empty));
  }
}
