package dev.dovetail.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.core.Half;
import dev.dovetail.cuda.kernels.KernelDevice;
import dev.dovetail.cuda.kernels.Kernels;
import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Fusion;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Kernels access only their tensors and compute the same in every element type. The memory around
 * each tensor contains NaN, or -1 if its elements are integers: reads of floats from it produce
 * NaN, and writes to it are detected.
 */
@Tag("slow")
class KernelBoundsTest extends CompiledKernels {

  private static final int AROUND = 512;

  /** The value of every size operand. */
  static final long SIZE = 3;

  @TestFactory
  Stream<DynamicTest> everyCase() {
    return FusedCases.small().stream()
        .flatMap(
            c -> {
              List<Fusion> all = FusedGraph.fusions(c.graph(), op -> true);
              return all.stream()
                  .map(
                      f ->
                          DynamicTest.dynamicTest(
                              c.name() + ": " + f.op().onnxName(), () -> check(f, all)));
            });
  }

  private void check(Fusion fusion, List<Fusion> all) throws Exception {
    List<ByteBuffer> memory = run(fusion, all, DType.FLOAT32);
    List<float[]> exact = values(fusion, memory, DType.FLOAT32);
    for (DType type : List.of(DType.FLOAT16, DType.BFLOAT16)) {
      List<ByteBuffer> other = run(fusion, all, type);
      List<float[]> results = values(fusion, other, type);
      double eps = type == DType.FLOAT16 ? 0x1p-8 : 0x1p-5;
      for (int r = 0; r < exact.size(); r++) {
        if (fusion.results().get(r).dtype() == DType.INT64) {
          assertEquals(memory.get(r), other.get(r), type + ", integers of result " + r);
          continue;
        }
        for (int i = 0; i < exact.get(r).length; i++) {
          double e = exact.get(r)[i];
          assertEquals(e, results.get(r)[i], eps * Math.max(1, Math.abs(e)), type + ", " + i);
        }
      }
    }
  }

  private static List<float[]> values(Fusion fusion, List<ByteBuffer> memory, DType type) {
    List<float[]> results = new ArrayList<>();
    for (int r = 0; r < memory.size(); r++) {
      DType own = own(fusion.results().get(r), type);
      ByteBuffer at = memory.get(r);
      float[] values = new float[(at.capacity() - 2 * AROUND) / own.bytes()];
      for (int i = 0; i < values.length; i++) {
        values[i] = get(at, AROUND + i * own.bytes(), own);
        assertTrue(Float.isFinite(values[i]), "element " + i + " is " + values[i]);
      }
      results.add(values);
    }
    return results;
  }

  private static DType own(Tensor t, DType floats) {
    return t.dtype().isFloat() ? floats : t.dtype();
  }

  /**
   * Runs a kernel on operands that all types represent exactly. Those that only another kernel
   * computes, such as indices, are computed by it.
   *
   * @return the memory of the results
   */
  private List<ByteBuffer> run(Fusion fusion, List<Fusion> fusions, DType type) throws Exception {
    List<ByteBuffer> memory = new ArrayList<>();
    List<Long> addresses = new ArrayList<>();
    List<Long> sizes = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(1);
    List<TensorType> types = fusion.operands().stream().map(Tensor::type).toList();
    for (int o = 0; o < fusion.operands().size(); o++) {
      if (fusion.op().isSize(o)) {
        sizes.addAll(Collections.nCopies((int) types.get(o).shape().elements(), SIZE));
        addresses.addAll(Collections.nCopies((int) types.get(o).shape().elements(), SIZE));
        continue;
      }
      Tensor operand = fusion.operands().get(o);
      DType own = own(operand, fusion.op().readsFloat32(o) ? DType.FLOAT32 : type);
      ByteBuffer at = place(memory, addresses, types.get(o).shape(), own);
      if (operand.node().op() instanceof FusedOp) {
        Fusion step =
            fusions.stream().filter(f -> f.results().contains(operand)).findFirst().orElseThrow();
        ByteBuffer from = run(step, fusions, type).get(step.results().indexOf(operand));
        at.put(AROUND, from, AROUND, at.capacity() - 2 * AROUND);
        continue;
      }
      for (int i = AROUND; i < at.capacity() - AROUND; i += own.bytes()) {
        put(at, i, own, random.nextInt(-32, 33) / 16f);
      }
    }
    int results = memory.size();
    List<Shape> shapes =
        fusion.op().shapes(types, sizes.stream().mapToLong(Long::longValue).toArray());
    for (int r = 0; r < shapes.size(); r++) {
      place(memory, addresses, shapes.get(r), own(fusion.results().get(r), type));
    }
    try (KernelDevice.Loaded kernel =
        device.load(Kernels.of(fusion.op(), types, type).orElseThrow())) {
      kernel.launch(0, addresses.stream().mapToLong(Long::longValue).toArray());
    }
    for (ByteBuffer at : memory) {
      for (int i = 0; i < AROUND; i++) {
        assertEquals(-1, at.get(i), "write before a tensor");
        assertEquals(-1, at.get(at.capacity() - 1 - i), "write after a tensor");
      }
    }
    return memory.subList(results, memory.size());
  }

  private static ByteBuffer place(
      List<ByteBuffer> memory, List<Long> addresses, Shape shape, DType type) {
    int bytes = Math.toIntExact(shape.elements() * type.bytes());
    byte[] nan = new byte[bytes + 2 * AROUND + 64];
    Arrays.fill(nan, (byte) -1);
    ByteBuffer all = ByteBuffer.allocateDirect(nan.length).put(nan).flip();
    int shift = (int) (-new BytePointer(all).address() & 63);
    ByteBuffer at = all.slice(shift, bytes + 2 * AROUND).order(ByteOrder.LITTLE_ENDIAN);
    memory.add(at);
    addresses.add(new BytePointer(all).address() + shift + AROUND);
    return at;
  }

  private static void put(ByteBuffer at, int i, DType type, float x) {
    switch (type) {
      case FLOAT16 -> at.putShort(i, Half.fromFloat(x));
      case BFLOAT16 -> at.putShort(i, Half.bfloatFromFloat(x));
      default -> at.putFloat(i, x);
    }
  }

  private static float get(ByteBuffer at, int i, DType type) {
    return switch (type) {
      case FLOAT16 -> Half.toFloat(at.getShort(i));
      case BFLOAT16 -> Half.bfloatToFloat(at.getShort(i));
      case UINT8 -> at.get(i);
      case UINT16 -> at.getShort(i);
      case INT64 -> at.getLong(i);
      default -> at.getFloat(i);
    };
  }
}
