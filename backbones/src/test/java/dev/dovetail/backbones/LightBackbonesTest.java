package dev.dovetail.backbones;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.backbones.edgevit.EdgeVit;
import dev.dovetail.backbones.efficientvit.EfficientVit;
import dev.dovetail.backbones.mobilevit.MobileVitV2;
import dev.dovetail.backbones.segformer.MixTransformer;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Cost;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Product;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.registry.Preset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The sizes of the published light backbones, for images of the sizes in their tables and of odd
 * sizes.
 */
class LightBackbonesTest {

  static Stream<Preset> presets() {
    return Stream.of(MobileVitV2.presets(), EfficientVit.presets()).flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("presets")
  void aPresetHasThePublishedParametersAndMacs(Preset preset) {
    Cost cost = cost(preset);
    Preset.Published published = preset.published().orElseThrow();
    // The tables have two decimal places.
    assertEquals(
        published.parameters(), cost.parameters() / 1e6, 0.0051 + 0.0005 * published.parameters());
    assertEquals(published.macs(), cost.macsWithNorms() / 1e9, 0.0051 + 0.02 * published.macs());
  }

  @ParameterizedTest
  @CsvSource({"edgevit_xxs, 4_067_704", "edgevit_xs, 6_770_056", "edgevit_s, 13_108_168"})
  void anEdgeVitHasTheParametersOfItsReferenceCode(String name, String parameters) {
    Preset preset =
        EdgeVit.presets().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
    assertEquals(Long.parseLong(parameters.replace("_", "")), cost(preset).parameters());
  }

  private static Cost cost(Preset preset) {
    Classifier backbone = (Classifier) preset.model();
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, preset.size(), preset.size());
    Features last = backbone.features(trace.root(), image).get(3);
    Tensor logits = backbone.logits(trace.root(), last, preset.classes());
    return Cost.perScope(trace.graph(Map.of("logits", logits))).get("");
  }

  @Test
  void everyStageHasTheCellsOfItsStrideAtAnySize() {
    for (Classifier backbone : List.of(EfficientVit.b1(), EdgeVit.xs(), MixTransformer.b0())) {
      for (int[] size : new int[][] {{64, 64}, {65, 127}, {100, 66}}) {
        List<Features> stages = stages(backbone, size[0], size[1]);
        for (int i = 0; i < 4; i++) {
          int stride = 4 << i;
          assertEquals((size[0] + stride - 1) / stride, stages.get(i).height());
          assertEquals((size[1] + stride - 1) / stride, stages.get(i).width());
        }
      }
    }
  }

  /** timm resizes odd maps before it splits them into patches of 2x2. */
  @Test
  void mobileVitsMapsAreEvenFromStride8On() {
    List<Features> stages = stages(MobileVitV2.of(1), 100, 90);
    assertEquals(List.of(25, 14, 8, 4), stages.stream().map(Features::height).toList());
    assertEquals(List.of(23, 12, 6, 4), stages.stream().map(Features::width).toList());
  }

  @Test
  void linearAttentionComputesInFloat32() {
    Trace trace = new Trace();
    EfficientVit backbone = EfficientVit.b1();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, 64, 64);
    Features x = backbone.features(trace.root(), image).get(3);
    List<Node> products =
        trace.graph(Map.of("x", x.tokens())).nodes().stream()
            .filter(n -> n.op() instanceof Product.MatMul)
            .toList();
    assertEquals(7 * 3, products.size(), "three products in each of seven blocks with attention");
    assertTrue(products.stream().allMatch(Node::float32));
  }

  private static List<Features> stages(Classifier backbone, int height, int width) {
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, height, width);
    return backbone.features(trace.root(), image);
  }
}
