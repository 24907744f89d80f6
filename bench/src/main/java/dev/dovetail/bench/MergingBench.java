package dev.dovetail.bench;

import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.vit.TokenMerging;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures the time that token merging saves, and how much it changes the results. */
@Command(
    name = "merging",
    mixinStandardHelpOptions = true,
    description = "compares time and results of a plain transformer with and without token merging")
final class MergingBench implements Callable<Integer> {

  @Parameters(
      index = "0",
      paramLabel = "PRESET",
      defaultValue = "vit_base_patch16_224",
      description = "a published plain transformer (default: ${DEFAULT-VALUE})")
  private String preset;

  @Option(
      names = "--size",
      paramLabel = "HxW",
      defaultValue = "224x224",
      description = "size of the image (default: ${DEFAULT-VALUE})")
  private String size;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      split = ",",
      defaultValue = "8,13,16",
      description = "token pairs that each block merges, globally (default: ${DEFAULT-VALUE})")
  private int[] tokens;

  @Option(
      names = "--ratios",
      paramLabel = "SHARE",
      split = ",",
      defaultValue = "0.25,0.5",
      description = "share of tokens that each block merges, per block (default: ${DEFAULT-VALUE})")
  private double[] ratios;

  @Option(names = "--rounds", defaultValue = "7", description = "number of runs of each variant")
  private int rounds;

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "threads per operator; with 1, CPU time is measured instead of elapsed time")
  private int threads;

  @Override
  public Integer call() throws Exception {
    if (!(PartRegistry.load().preset(preset).model() instanceof VisionTransformer vit)) {
      throw new IllegalArgumentException(
          preset + " is not a plain transformer; only plain transformers can merge tokens");
    }
    Map<String, TokenMerging> options = new LinkedHashMap<>();
    for (int n : tokens) {
      options.put("global, " + n + " a block", TokenMerging.global(n));
    }
    for (double ratio : ratios) {
      options.put("per block, ratio " + ratio, TokenMerging.perBlock(ratio));
    }
    Settings settings = Settings.cpu().threads(threads);
    System.out.printf(
        "%s at %s: time and change (root mean square of the difference, relative to the values)%n",
        preset, size);
    try (TimedPlan plain = TimedPlan.of(graph(vit), settings)) {
      for (Map.Entry<String, TokenMerging> option : options.entrySet()) {
        try (TimedPlan merging =
            TimedPlan.of(graph(vit.withMerging(option.getValue())), settings)) {
          compare(plain, merging, option.getKey());
        }
      }
    }
    return 0;
  }

  private void compare(TimedPlan plain, TimedPlan merging, String name) throws IOException {
    Map<String, TensorData> expected = Map.of();
    Map<String, TensorData> actual = Map.of();
    for (int r = 0; r < rounds; r++) {
      expected = plain.run();
      actual = merging.run();
    }
    System.out.printf(
        Locale.ROOT,
        "%s: %.3f of the time, dense features change by %.4f, classified ones by %.4f (%s)%n",
        name,
        (double) merging.least() / plain.least(),
        change(expected.get("dense"), actual.get("dense")),
        change(expected.get("pooled"), actual.get("pooled")),
        threads == 1 ? "minimum CPU time of " + rounds : "minimum of " + rounds + ", clock");
  }

  private static double change(TensorData expected, TensorData actual) {
    float[] e = expected.floats();
    float[] a = actual.floats();
    double difference = 0;
    double all = 0;
    for (int i = 0; i < e.length; i++) {
      difference += ((double) e[i] - a[i]) * ((double) e[i] - a[i]);
      all += (double) e[i] * e[i];
    }
    return Math.sqrt(difference / all);
  }

  private Graph graph(VisionTransformer vit) {
    Size pixels = Subject.size("--size", size);
    Trace trace = new Trace();
    Scope s = trace.root();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, pixels.height(), pixels.width());
    Features x = vit.blocks(s, vit.stem(s, image), 0, 0, vit.depth());
    return trace.graph(Map.of("dense", x.map(), "pooled", vit.logits(s, x, 0)));
  }
}
