package dev.dovetail.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.nn.Attention;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Linear;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.graph.nn.Resampling;
import dev.dovetail.graph.onnx.Dialect;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * ONNX Runtime's optimizer and fused operators do not change the results of a graph. Sampling at
 * computed points is excluded, because it amplifies rounding on random maps.
 */
class RandomGraphsTest {

  private static final int CHANNELS = 8;

  @TempDir Path folder;

  @Test
  void rewrittenGraphsComputeTheTracedValues() throws IOException {
    for (long seed = 0; seed < 25; seed++) {
      Graph graph = graph(new Random(seed));
      float[] pixels = new float[3 * 12 * 10];
      Random random = new Random(-seed);
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (float) random.nextGaussian();
      }
      Map<String, TensorData> inputs = Map.of("x", TensorData.of(pixels, 1, 3, 12, 10));
      Settings plain = Settings.cpu().dialect(Dialect.PORTABLE).unoptimised();
      float[] traced = run(graph, plain, inputs);
      for (Settings s :
          List.of(
              Settings.cpu(),
              Settings.cpu().unoptimised(),
              Settings.cpu().dialect(Dialect.PORTABLE))) {
        float[] rewritten = run(graph, s, inputs);
        for (int i = 0; i < traced.length; i++) {
          double tolerance = 1e-5 * Math.max(Math.abs(traced[i]), 1);
          assertEquals(
              traced[i], rewritten[i], tolerance, "seed " + seed + ", element " + i + ", " + s);
        }
      }
    }
  }

  private float[] run(Graph graph, Settings settings, Map<String, TensorData> inputs)
      throws IOException {
    WeightBinding weights = WeightBinding.of(Map.of(), new DerivedFiles(folder, 1 << 20));
    try (Plan plan = Plan.compile(graph, weights, settings)) {
      return plan.run(inputs).get("y").floats();
    }
  }

  private static Graph graph(Random random) {
    Trace trace = new Trace();
    Scope s = trace.root();
    Tensor image = trace.input("x", DType.FLOAT32, 1, 3, 12, 10);
    Tensor map = s.in("stem", b -> conv(CHANNELS, 3).apply(b, image));
    int layers = 2 + random.nextInt(6);
    for (int i = 0; i < layers; i++) {
      int kind = random.nextInt(7);
      Tensor before = map;
      map = s.in("layers." + i, b -> layer(b, before, kind));
      if (random.nextBoolean()) {
        map = Resampling.bilinear(map, 12, 10).plus(Resampling.bilinear(before, 12, 10));
      }
    }
    return trace.graph(Map.of("y", map));
  }

  private static Conv2d conv(int out, int kernel) {
    return Conv2d.of(out, kernel).init(new Init.Normal(0.2f));
  }

  private static Tensor layer(Scope s, Tensor x, int kind) {
    return switch (kind) {
      case 0 -> Norms.batchNorm(s.at("bn"), conv(CHANNELS, 3).apply(s.at("conv"), x)).relu();
      case 1 -> conv(CHANNELS, 3).stride(2).apply(s, x).gelu();
      case 2 -> Norms.groupNorm(s, x, 2).sigmoid().times(x);
      case 3 -> attention(s, x);
      case 4 -> x.apply(new Convolution.MaxPool(3, 2, 1));
      case 5 -> Resampling.nearest(x, 2 * x.dim(2), 2 * x.dim(3));
      default -> Tensor.concat(1, x.chunk(2, 1).get(1), x.chunk(2, 1).get(0)).times(0.5).plus(1);
    };
  }

  private static Tensor attention(Scope s, Tensor x) {
    Tensor tokens = x.flatten(2, 3).transpose(1, 2);
    Tensor normed = Norms.layerNorm(s.at("norm"), tokens, 1e-6);
    List<Tensor> qkv = Linear.linear(s.at("qkv"), normed, 3 * CHANNELS).chunk(3, -1);
    Tensor mixed = Attention.multiHead(qkv.get(0), qkv.get(1), qkv.get(2), 2);
    return tokens
        .plus(Linear.linear(s.at("proj"), mixed, CHANNELS))
        .transpose(1, 2)
        .reshape(x.shape().dims());
  }
}
