package dev.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Elementwise;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Network;
import dev.dovetail.heads.segformer.SegformerHead.Flavour;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.train.engine.Executable;
import dev.dovetail.train.engine.FloatType;
import dev.dovetail.train.engine.Masks;
import dev.dovetail.train.engine.Parameters;
import dev.dovetail.train.engine.Pass;
import dev.dovetail.train.engine.Tensors;
import dev.dovetail.train.loss.Losses;
import dev.dovetail.train.loss.PixelLoss;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SegFormer's decoder on a small Mix Transformer trains with mmseg's loss settings. */
class SegformerTrainingTest {

  private static final int HEIGHT = 32;
  private static final int WIDTH = 64;
  private static final int CLASSES = 5;

  private static Network<?> network(Flavour flavour) {
    ObjectNode config = JsonMapper.builder().build().createObjectNode();
    ObjectNode backbone = config.putObject("backbone").put("type", "mit");
    List.of(8, 16, 24, 32).forEach(backbone.putArray("widths")::add);
    List.of(2, 1, 1, 2).forEach(backbone.putArray("depths")::add);
    List.of(1, 2, 3, 4).forEach(backbone.putArray("heads")::add);
    config.putObject("adapter").put("type", "plain");
    ObjectNode head = config.putObject("head").put("type", "segformer");
    head.put("classes", CLASSES).put("channels", 16).put("flavour", flavour.name());
    return ModelConfig.of(config, PartRegistry.load()).model().network();
  }

  private static Graph graph(Network<?> network, Trace trace) {
    dev.dovetail.graph.Tensor image = trace.input("image", DType.FLOAT32, 2, 3, HEIGHT, WIDTH);
    return trace.graph(
        network.forward(trace.root(), ImageBatch.whole(trace.root(), image)).tensors());
  }

  private static Tensor image() {
    float[] pixels = new float[2 * 3 * HEIGHT * WIDTH];
    Random random = new Random(5);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    return Tensors.of(TensorData.of(pixels, 2, 3, HEIGHT, WIDTH), FloatType.FLOAT64);
  }

  private static Tensor labels(IntUnaryOperator label) {
    long[] labels = new long[2 * HEIGHT * WIDTH];
    Arrays.setAll(labels, i -> label.applyAsInt(i));
    return Tensors.of(TensorData.of(labels, 2, HEIGHT, WIDTH), FloatType.FLOAT64);
  }

  private static int blocks(int i) {
    return i / 7 % CLASSES;
  }

  @ParameterizedTest
  @EnumSource
  void theGradientReachesEveryWeight(Flavour flavour) {
    Graph graph = graph(network(flavour), Trace.forTraining(0.1));
    try (Parameters parameters = Parameters.initial(graph, FloatType.FLOAT64, 1);
        Executable executable = Executable.of(graph, FloatType.FLOAT64);
        PointerScope scope = new PointerScope()) {
      Map<String, Tensor> out =
          executable.run(parameters, Map.of("image", image()), Pass.training(Masks.none()));
      Losses losses = PixelLoss.defaults().of(out, labels(SegformerTrainingTest::blocks));
      assertEquals(Set.of("loss_decode"), losses.terms().keySet());
      assertSame(losses.total(), losses.terms().get("loss_decode"));
      losses.total().backward();
      Set<String> unmoved = new TreeSet<>();
      for (String name : parameters.weights()) {
        Tensor gradient = parameters.gradient(name).orElseThrow(() -> new AssertionError(name));
        double norm = gradient.norm().item_double();
        assertTrue(norm < 1e3, name + " has a gradient of " + norm);
        if (norm < 1e-12) {
          unmoved.add(name);
        }
      }
      // A batch norm removes a constant that is added to all pixels.
      Set<String> constant = new TreeSet<>(Set.of("backbone.norm4.bias"));
      for (int i = 1; flavour == Flavour.NVIDIA && i <= 4; i++) {
        constant.add("decode_head.linear_c" + i + ".proj.bias");
      }
      assertEquals(constant, unmoved);
    }
  }

  @Test
  void ignoredPixelsAreCountedInTheDivisor() {
    Graph graph = graph(network(Flavour.MMSEG), Trace.forTraining());
    try (Parameters parameters = Parameters.initial(graph, FloatType.FLOAT64, 1);
        Executable executable = Executable.of(graph, FloatType.FLOAT64);
        PointerScope scope = new PointerScope()) {
      Map<String, Tensor> out =
          executable.run(parameters, Map.of("image", image()), Pass.training(Masks.none()));
      double all = loss(out, SegformerTrainingTest::blocks);
      double some = loss(out, i -> i % 3 == 0 ? 255 : blocks(i));
      double others = loss(out, i -> i % 3 == 0 ? blocks(i) : 255);
      assertTrue(some > 0 && others > 0);
      assertEquals(all, some + others, 1e-12 * all);
      assertEquals(0, loss(out, i -> 255));
    }
  }

  private static double loss(Map<String, Tensor> out, IntUnaryOperator label) {
    return PixelLoss.defaults().of(out, labels(label)).total().item_double();
  }

  @Test
  void branchesAndFinalChannelsAreDropped() {
    Graph graph = graph(network(Flavour.NVIDIA), Trace.forTraining(0.1));
    List<Elementwise.Dropout> drops =
        graph.nodes().stream()
            .filter(node -> node.op() instanceof Elementwise.Dropout)
            .map(node -> (Elementwise.Dropout) node.op())
            .toList();
    // Two branches of each of the six blocks except the first.
    assertEquals(11, drops.size());
    for (int i = 0; i < 10; i++) {
      assertEquals(0.1 * (i / 2 + 1) / 5, drops.get(i).rate(), 1e-15);
      assertEquals(Elementwise.Unit.SAMPLE, drops.get(i).unit());
    }
    assertEquals(new Elementwise.Dropout(0.1, Elementwise.Unit.CHANNEL), drops.get(10));
  }
}
