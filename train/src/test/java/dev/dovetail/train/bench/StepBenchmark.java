package dev.dovetail.train.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Network;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.train.engine.Executable;
import dev.dovetail.train.engine.FloatType;
import dev.dovetail.train.engine.Libtorch;
import dev.dovetail.train.engine.Masks;
import dev.dovetail.train.engine.Parameters;
import dev.dovetail.train.engine.Pass;
import dev.dovetail.train.engine.Tensors;
import dev.dovetail.train.loss.CrossEntropy;
import dev.dovetail.train.loss.PixelLoss;
import dev.dovetail.train.optim.AdamW;
import dev.dovetail.train.optim.ParameterGroups;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Measures training steps: {@code vit WIDTH DEPTH HEADS BATCH SIZE} or {@code config FILE BATCH
 * SIZE}, followed by rounds, threads, and a mode: {@code graph}; {@code hand}; {@code turns}, which
 * alternates between the graph and the hand-written step (of a ViT, or of UperNet on ViT-CoMer); or
 * {@code bfloat16}, which alternates between the graph with products in bfloat16 and in float32.
 * See docs/internals/training.md.
 */
final class StepBenchmark {

  /** The forward pass of a step. */
  private interface Step {
    Tensor loss();
  }

  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private StepBenchmark() {}

  public static void main(String[] args) throws Exception {
    boolean vit = args[0].equals("vit");
    int[] n = Arrays.stream(args, vit ? 1 : 2, vit ? 8 : 6).mapToInt(Integer::parseInt).toArray();
    int batch = n[n.length - 4];
    int size = n[n.length - 3];
    int rounds = n[n.length - 2];
    String which = args[args.length - 1];
    long start = System.nanoTime();
    Libtorch.threads(n[n.length - 1]);
    System.out.printf(Locale.ROOT, "libtorch loaded in %.2f s%n", seconds(start));
    Network<?> network = vit ? vit(n[0], n[1], n[2], size) : config(Path.of(args[1]));
    start = System.nanoTime();
    Graph graph = graph(network, batch, size);
    Parameters parameters = Parameters.initial(graph, FloatType.FLOAT32, 1);
    Executable executable = Executable.of(graph, FloatType.FLOAT32);
    System.out.printf(
        Locale.ROOT,
        "traced and prepared in %.2f s: %d nodes, %d parameters%n",
        seconds(start),
        graph.nodes().size(),
        parameters.names().size());
    Tensor image = Tensors.of(random(batch, size), FloatType.FLOAT32);
    Tensor labels = labels(vit, batch, size);
    Step byGraph = graph(executable, parameters, image, labels);
    Step byHand =
        vit ? vit(parameters, n, image, labels) : uperNet(args[1], parameters, image, labels);
    if (which.equals("turns")) {
      requireSame(byGraph, byHand);
    }
    List<Step> steps =
        switch (which) {
          case "graph" -> List.of(byGraph);
          case "hand" -> List.of(byHand);
          case "turns" -> List.of(byGraph, byHand);
          case "bfloat16" ->
              List.of(graph(Executable.withBfloat16(graph), parameters, image, labels), byGraph);
          default -> throw new IllegalArgumentException(which);
        };
    AdamW optimizer = new AdamW(ParameterGroups.one(0.01).of(parameters), AdamW.Moments.defaults());
    measure(steps.stream().map(s -> trained(s, parameters, optimizer)).toList(), rounds);
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM")) {
        System.out.println(line);
      }
    }
  }

  private static Tensor loss(Map<String, Tensor> out, Tensor labels) {
    return labels.dim() == 1
        ? CrossEntropy.ofClasses(0).of(out.get("logits"), labels)
        : PixelLoss.defaults().of(out, labels).total();
  }

  private static Step graph(
      Executable executable, Parameters parameters, Tensor image, Tensor labels) {
    Pass pass = Pass.training(Masks.none());
    return () -> loss(executable.run(parameters, Map.of("image", image), pass), labels);
  }

  private static Step vit(Parameters parameters, int[] n, Tensor image, Tensor labels) {
    HandWrittenVit hand = new HandWrittenVit(new HandLayers(parameters), n[0], n[1], n[2]);
    return () -> loss(Map.of("logits", hand.forward(image)), labels);
  }

  /** Creates the step for a config of UperNet on ViT-CoMer. */
  private static Step uperNet(String file, Parameters parameters, Tensor image, Tensor labels)
      throws IOException {
    JsonNode config = JsonMapper.builder().build().readTree(Path.of(file).toFile());
    HandWrittenUperNet hand =
        new HandWrittenUperNet(
            new HandLayers(parameters),
            config.at("/backbone/depth").asInt() / 4,
            config.at("/backbone/heads").asInt(),
            config.at("/adapter/deformHeads").asInt(),
            config.at("/adapter/points").asInt(4));
    return () -> loss(hand.forward(image), labels);
  }

  /** Verifies that both sides compute the same; otherwise the comparison is meaningless. */
  private static void requireSame(Step a, Step b) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      double first = Tensors.value(a.loss());
      double second = Tensors.value(b.loss());
      System.out.printf(Locale.ROOT, "losses %.7f and %.7f%n", first, second);
      if (!(Math.abs(first - second) < 1e-4 * first)) {
        throw new IllegalStateException("the two steps compute different losses");
      }
    }
  }

  private static DoubleSupplier trained(Step step, Parameters parameters, AdamW optimizer) {
    return () -> {
      try (PointerScope scope = new PointerScope()) {
        parameters.clearGradients();
        Tensor loss = step.loss();
        loss.backward();
        optimizer.step(parameters, 1e-5);
        return Tensors.value(loss);
      }
    };
  }

  /** Returns CPU seconds, which other programs affect less than elapsed time. */
  private static void measure(List<DoubleSupplier> steps, int rounds) {
    double[][] times = new double[steps.size()][rounds];
    for (int r = -1; r < rounds; r++) { // the first round is a warm-up
      for (int s = 0; s < steps.size(); s++) {
        long start = System.nanoTime();
        long used = PROCESS.getProcessCpuTime();
        LibtorchShare share = LibtorchShare.of(Thread.currentThread());
        double loss = steps.get(s).getAsDouble();
        double inside = share.stop();
        double processor = (PROCESS.getProcessCpuTime() - used) / 1e9;
        System.out.printf(
            Locale.ROOT,
            "round %d, step %d: %.3f s of the processor, %.3f s, %.4f in libtorch, loss %.6f%n",
            r,
            s,
            processor,
            seconds(start),
            inside,
            loss);
        if (r >= 0) {
          times[s][r] = processor;
        }
      }
    }
    for (double[] t : times) {
      Arrays.sort(t);
      System.out.printf(Locale.ROOT, "median %.3f s, least %.3f s%n", t[rounds / 2], t[0]);
    }
    if (steps.size() == 2) {
      System.out.printf(
          Locale.ROOT,
          "first over second: median %.3f, least %.3f%n",
          times[0][rounds / 2] / times[1][rounds / 2],
          times[0][0] / times[1][0]);
    }
  }

  private static Graph graph(Network<?> network, int batch, int size) {
    Trace trace = Trace.forTraining();
    dev.dovetail.graph.Tensor image = trace.input("image", DType.FLOAT32, batch, 3, size, size);
    return trace.graph(
        network.forward(trace.root(), ImageBatch.whole(trace.root(), image)).tensors());
  }

  private static Network<?> vit(int width, int depth, int heads, int size) {
    ObjectNode config = JsonMapper.builder().build().createObjectNode();
    ObjectNode backbone = config.putObject("backbone");
    backbone.put("type", "vit").put("width", width).put("depth", depth).put("heads", heads);
    backbone.put("pretrainSize", size).put("layerScale", false).putArray("windows").add(0);
    backbone.putObject("embedding").put("classToken", true).put("leading", 1);
    backbone.putObject("head").put("pool", "class").put("norm", "tokens");
    config.putObject("head").put("type", "classifier").put("classes", 1000);
    return ModelConfig.of(config, PartRegistry.load()).model().network();
  }

  private static Network<?> config(Path file) throws Exception {
    return ModelConfig.read(file, List.of(), PartRegistry.load()).model().network();
  }

  private static TensorData random(int batch, int size) {
    float[] pixels = new float[batch * 3 * size * size];
    Random random = new Random(1);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    return TensorData.of(pixels, batch, 3, size, size);
  }

  private static Tensor labels(boolean classes, int batch, int size) {
    long[] labels = new long[classes ? batch : batch * size * size];
    Arrays.setAll(labels, i -> i * 31L % 150);
    int[] dims = classes ? new int[] {batch} : new int[] {batch, size, size};
    return Tensors.of(TensorData.of(labels, dims), FloatType.FLOAT32);
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
