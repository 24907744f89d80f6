package dev.dovetail.cuda;

import static org.bytedeco.cuda.global.cudart.cudaDeviceSynchronize;
import static org.bytedeco.cuda.global.cudart.cudaEventCreate;
import static org.bytedeco.cuda.global.cudart.cudaEventElapsedTime;
import static org.bytedeco.cuda.global.cudart.cudaEventRecord;
import static org.bytedeco.cuda.global.cudart.cudaEventSynchronize;
import static org.bytedeco.cuda.global.cudart.cudaMemcpyAsync;
import static org.bytedeco.cuda.global.cudart.cudaMemcpyDeviceToDevice;

import dev.dovetail.core.DType;
import dev.dovetail.core.Half;
import dev.dovetail.cuda.kernels.KernelDevice;
import dev.dovetail.cuda.kernels.Kernels;
import dev.dovetail.cuda.kernels.Launch;
import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Fusion;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorType;
import dev.dovetail.graph.fused.BiasActivation;
import dev.dovetail.graph.fused.DeformableAttention;
import dev.dovetail.graph.fused.DepthwiseConv;
import dev.dovetail.graph.fused.FromWindows;
import dev.dovetail.graph.fused.GatedActivation;
import dev.dovetail.graph.fused.ResidualNorm;
import dev.dovetail.graph.fused.ResizeArgMax;
import dev.dovetail.graph.fused.RotaryEmbedding;
import dev.dovetail.graph.fused.ToWindows;
import dev.dovetail.graph.fused.WindowAttention;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.cuda.cudart.CUevent_st;

/** Measures single kernels and compares them with a copy of the same number of bytes. */
final class KernelTimes {

  private static final int RUNS = 50;

  private record Work(FusedOp op, List<TensorType> operands, long... sizes) {}

  private KernelTimes() {}

  private static TensorType t(int... dims) {
    return TensorType.of(DType.FLOAT32, dims);
  }

  private static Map<String, Work> all() {
    Map<String, Work> all = new LinkedHashMap<>();
    for (int batch : new int[] {1, 8}) {
      int n = 21504;
      DeformableAttention op =
          new DeformableAttention(
              12,
              List.of(
                  new DeformableAttention.Grid(128, 128),
                  new DeformableAttention.Grid(64, 64),
                  new DeformableAttention.Grid(32, 32)),
              List.of(4, 4, 4),
              true,
              true);
      all.put(
          "deformable attention, 1024x1024 b" + batch,
          new Work(
              op,
              List.of(
                  t(batch, n, 384),
                  t(batch, n, 144),
                  t(batch, n, 288),
                  t(1, n, 1, 2),
                  t(384),
                  t(144),
                  t(288))));
      all.put(
          "residual, scale and norm b" + batch,
          new Work(
              new ResidualNorm(true, true, true, true, 1e-6),
              List.of(t(batch, n, 768), t(batch, n, 768), t(768), t(768), t(768), t(768))));
      all.put(
          "norm b" + batch,
          new Work(
              new ResidualNorm(false, false, false, true, 1e-6),
              List.of(t(batch, n, 768), t(768), t(768))));
      all.put(
          "bias and GELU b" + batch,
          new Work(
              new BiasActivation(-1, true, BiasActivation.Activation.GELU, 1),
              List.of(t(batch, 4096, 3072), t(3072))));
      all.put(
          "bias and ReLU of a map b" + batch,
          new Work(
              new BiasActivation(1, true, BiasActivation.Activation.RELU, 1),
              List.of(t(batch, 512, 128, 128), t(512))));
      all.put(
          "gated activation b" + batch,
          new Work(
              new GatedActivation(true, GatedActivation.Activation.SILU),
              List.of(t(batch, 1025, 4096), t(4096))));
      all.put(
          "rotation b" + batch,
          new Work(
              new RotaryEmbedding(12, true),
              List.of(t(batch, 1025, 768), t(1025, 32), t(1025, 32))));
      ResizeArgMax labels = new ResizeArgMax(512, 512, false, DType.UINT8);
      List<TensorType> scores = List.of(t(batch, 150, 128, 128), TensorType.of(DType.INT64, 2));
      all.put("labels of 512x512 b" + batch, new Work(labels, scores, 512, 512));
      all.put("labels of 512x683 b" + batch, new Work(labels, scores, 512, 683));
      all.put(
          "q, k, v in windows b" + batch,
          new Work(new ToWindows(64, 64, 14, 14, 3, true), List.of(t(batch, 4096, 2304), t(2304))));
      all.put(
          "q, k, v b" + batch,
          new Work(
              new ToWindows(1, 4096, 1, 4096, 3, true), List.of(t(batch, 4096, 2304), t(2304))));
      all.put(
          "out of windows b" + batch,
          new Work(new FromWindows(64, 64, 14, 14), List.of(t(batch * 25, 196, 768))));
      for (int stage = 0; stage < 4; stage++) {
        windowAttention(all, batch, stage);
      }
      for (int kernel : new int[] {3, 5}) {
        for (int size = 128; size >= 32; size /= 2) {
          depthwise(all, batch, kernel, size);
        }
      }
    }
    return all;
  }

  /** Attention of a stage of Swin-T on images of 512x512. */
  private static void windowAttention(Map<String, Work> all, int batch, int stage) {
    int size = 128 >> stage;
    int heads = 3 << stage;
    WindowAttention.Windows windows = new WindowAttention.Windows(size, size, 7, 7, 3, 3, true);
    all.put(
        "attention in windows, " + size + "x" + size + " b" + batch,
        new Work(
            new WindowAttention(windows, heads, Math.pow(32, -0.5), -100, true),
            List.of(t(batch, size * size, 96 * heads), t(96 * heads), t(1, heads, 49, 49))));
  }

  /** A depthwise convolution of ViT-CoMer-B's MRFP. */
  private static void depthwise(Map<String, Work> all, int batch, int kernel, int size) {
    int channels = 192;
    all.put(
        "depthwise " + kernel + "x" + kernel + ", " + size + "x" + size + " b" + batch,
        new Work(
            new DepthwiseConv(1, kernel / 2, true),
            List.of(t(batch, channels, size, size), t(channels, 1, kernel, kernel), t(channels))));
  }

  static void print(KernelDevice device, PrintStream out) throws Exception {
    double copy = copyBandwidth();
    out.printf(Locale.ROOT, "{\"copy_gb_s\": %.0f}%n", copy);
    for (Map.Entry<String, Work> work : all().entrySet()) {
      for (DType type : List.of(DType.FLOAT16, DType.BFLOAT16, DType.FLOAT32)) {
        if (type != DType.FLOAT16 && work.getKey().endsWith("b8")) {
          continue;
        }
        Work w = work.getValue();
        Launch launch = Kernels.of(w.op(), w.operands(), type).orElseThrow();
        time(device, work.getKey(), w, type, launch, copy, out);
      }
    }
    for (FusedCases.Case c : SelectionCases.large()) {
      steps(device, c, out);
    }
  }

  private static void time(
      KernelDevice device,
      String name,
      Work work,
      DType type,
      Launch launch,
      double copy,
      PrintStream out)
      throws Exception {
    List<DeviceMemory> memory = new ArrayList<>();
    long bytes = 0;
    try (KernelDevice.Loaded kernel = device.load(launch)) {
      int i = 0;
      for (TensorType operand : work.operands()) {
        if (!work.op().isSize(i)) {
          DType own = work.op().readsFloat32(i) ? DType.FLOAT32 : type;
          bytes += memory(memory, operand.shape().elements(), own, true);
        }
        i++;
      }
      if (work.op() instanceof DeformableAttention op) {
        memory.get(3).write(centres(op));
      }
      int read = memory.size();
      List<TensorType> results = work.op().infer(work.operands());
      for (int r = 0; r < results.size(); r++) {
        DType own = results.get(r).dtype().isFloat() ? type : results.get(r).dtype();
        Shape shape = work.op().shapes(work.operands(), work.sizes()).get(r);
        bytes += memory(memory, shape.elements(), own, false);
      }
      // The sizes of the operators here are their last operands.
      LongStream operands = addresses(memory.subList(0, read));
      LongStream written = addresses(memory.subList(read, memory.size()));
      long[] addresses =
          Stream.of(operands, Arrays.stream(work.sizes()), written)
              .flatMapToLong(Function.identity())
              .toArray();
      double ms = milliseconds(kernel, addresses);
      double ideal = bytes / copy * 1e-6;
      out.printf(
          Locale.ROOT,
          "{\"kernel\": \"%s\", \"type\": \"%s\", \"us\": %.1f, \"mb\": %.1f, \"gb_s\": %.0f,"
              + " \"times_ideal\": %.2f}%n",
          name,
          type,
          ms * 1e3,
          bytes / 1e6,
          bytes / ms * 1e-6,
          ms / ideal);
    } finally {
      memory.forEach(DeviceMemory::close);
    }
  }

  /**
   * Measures kernels of which each reads the results of those before it: the steps of top-k and of
   * non-maximum suppression, on random rows, boxes and scores.
   */
  private static void steps(KernelDevice device, FusedCases.Case c, PrintStream out)
      throws Exception {
    List<DeviceMemory> memory = new ArrayList<>();
    Map<Tensor, Long> places = new HashMap<>();
    try {
      for (Fusion step : FusedGraph.fusions(c.graph(), op -> true)) {
        List<TensorType> types = step.operands().stream().map(Tensor::type).toList();
        long most = types.get(0).shape().elements(); // selected boxes, the only size of these
        LongStream.Builder addresses = LongStream.builder();
        for (int i = 0; i < types.size(); i++) {
          Tensor t = step.operands().get(i);
          if (step.op().isSize(i)) {
            addresses.add(most);
          } else {
            addresses.add(places.computeIfAbsent(t, k -> placed(memory, k.type(), true)));
          }
        }
        List<Shape> shapes = step.op().shapes(types, new long[] {most});
        for (int r = 0; r < shapes.size(); r++) {
          Tensor t = step.results().get(r);
          places.put(t, placed(memory, new TensorType(t.dtype(), shapes.get(r)), false));
          addresses.add(places.get(t));
        }
        Launch launch = Kernels.of(step.op(), types, DType.FLOAT32).orElseThrow();
        try (KernelDevice.Loaded kernel = device.load(launch)) {
          out.printf(
              Locale.ROOT,
              "{\"step\": \"%s\", \"kernel\": \"%s\", \"us\": %.1f}%n",
              c.name(),
              launch.kernel(),
              milliseconds(kernel, addresses.build().toArray()) * 1e3);
        }
      }
    } finally {
      memory.forEach(DeviceMemory::close);
    }
  }

  private static long placed(List<DeviceMemory> all, TensorType type, boolean filled) {
    memory(all, type.shape().elements(), type.dtype(), filled);
    return all.get(all.size() - 1).pointer().address();
  }

  /** Returns the mean time of a launch. */
  private static double milliseconds(KernelDevice.Loaded kernel, long[] addresses) {
    for (int k = 0; k < 5; k++) {
      kernel.launch(0, addresses);
    }
    return milliseconds(
            () -> {
              for (int k = 0; k < RUNS; k++) {
                kernel.launch(0, addresses);
              }
            })
        / RUNS;
  }

  private static LongStream addresses(List<DeviceMemory> memory) {
    return memory.stream().mapToLong(m -> m.pointer().address());
  }

  private static long memory(List<DeviceMemory> all, long count, DType type, boolean filled) {
    DeviceMemory memory = new DeviceMemory(count * type.bytes());
    all.add(memory);
    if (filled) {
      SplittableRandom random = new SplittableRandom(count);
      ByteBuffer bytes =
          ByteBuffer.allocateDirect(Math.toIntExact(count * type.bytes()))
              .order(ByteOrder.LITTLE_ENDIAN);
      int some = (int) Math.min(count, 1 << 18);
      for (int i = 0; i < some; i++) {
        float x = random.nextInt(6001) * 1e-3f - 3;
        switch (type) {
          case FLOAT16 -> bytes.putShort(Half.fromFloat(x));
          case BFLOAT16 -> bytes.putShort(Half.bfloatFromFloat(x));
          default -> bytes.putFloat(x);
        }
      }
      ByteBuffer pattern = bytes.duplicate().flip();
      while (bytes.hasRemaining()) {
        bytes.put(pattern.slice(0, Math.min(bytes.remaining(), pattern.limit())));
      }
      memory.write(bytes.flip());
    }
    return count * type.bytes();
  }

  /** Places queries at the cells of the levels. */
  private static ByteBuffer centres(DeformableAttention op) {
    int cells = op.grids().stream().mapToInt(g -> g.height() * g.width()).sum();
    ByteBuffer all = ByteBuffer.allocateDirect(8 * cells).order(ByteOrder.LITTLE_ENDIAN);
    for (DeformableAttention.Grid g : op.grids()) {
      for (int i = 0; i < g.height() * g.width(); i++) {
        all.putFloat((i % g.width() + 0.5f) / g.width());
        all.putFloat((i / g.width() + 0.5f) / g.height());
      }
    }
    return all.flip();
  }

  private static double milliseconds(Runnable work) {
    CUevent_st from = new CUevent_st();
    CUevent_st to = new CUevent_st();
    DeviceMemory.check(cudaEventCreate(from));
    DeviceMemory.check(cudaEventCreate(to));
    DeviceMemory.check(cudaEventRecord(from, null));
    work.run();
    DeviceMemory.check(cudaEventRecord(to, null));
    DeviceMemory.check(cudaEventSynchronize(to));
    float[] ms = new float[1];
    DeviceMemory.check(cudaEventElapsedTime(ms, from, to));
    DeviceMemory.check(cudaDeviceSynchronize());
    return ms[0];
  }

  /** Returns the bytes that a copy within the device reads and writes per nanosecond. */
  private static double copyBandwidth() {
    long bytes = 1L << 29;
    try (DeviceMemory a = new DeviceMemory(bytes);
        DeviceMemory b = new DeviceMemory(bytes)) {
      Runnable copy =
          () ->
              DeviceMemory.check(
                  cudaMemcpyAsync(b.pointer(), a.pointer(), bytes, cudaMemcpyDeviceToDevice));
      copy.run();
      double ms =
          milliseconds(
                  () -> {
                    for (int i = 0; i < 10; i++) {
                      copy.run();
                    }
                  })
              / 10;
      return 2 * bytes / ms * 1e-6;
    }
  }
}
