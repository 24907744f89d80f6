package dev.dovetail.heads;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.segformer.MixTransformer;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Cost;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.heads.segformer.SegformerHead;
import dev.dovetail.heads.segformer.SegformerHead.Flavour;
import dev.dovetail.registry.Preset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SegFormer as a whole: encoder and decoder. */
class SegformerHeadTest {

  /**
   * Parameters in millions and multiply-accumulates in billions: Xie et al. 2021, table 1, ADE20K.
   */
  @ParameterizedTest
  @CsvSource({
    "mit_b0, 256, 512, 3.8, 8.4",
    "mit_b1, 256, 512, 13.7, 15.9",
    "mit_b2, 768, 512, 27.5, 62.4",
    "mit_b3, 768, 512, 47.3, 79.0",
    "mit_b4, 768, 512, 64.1, 95.7",
    "mit_b5, 768, 640, 84.7, 183.3"
  })
  void aSegformerHasTheSizeOfItsPaper(
      String encoder, int channels, int size, double millions, double gigaMacs) {
    Preset preset =
        MixTransformer.presets().stream()
            .filter(p -> p.name().equals(encoder))
            .findFirst()
            .orElseThrow();
    SegformerHead head = new SegformerHead(150, channels, Flavour.NVIDIA);
    Graph graph = graph((MixTransformer) preset.model(), head, size, size);
    Cost cost = Cost.perScope(graph).get("");
    assertEquals(millions, cost.parameters() / 1e6, 0.051);
    assertEquals(gigaMacs, cost.macs() / 1e9, 0.05 + 0.02 * gigaMacs);
  }

  @Test
  void bothFlavoursPredictAtAQuarterOfAnySize() {
    for (Flavour flavour : Flavour.values()) {
      for (int[] size : new int[][] {{64, 64}, {65, 127}, {100, 66}}) {
        SegformerHead head = new SegformerHead(7, 16, flavour);
        Graph graph = graph(MixTransformer.b0(), head, size[0], size[1]);
        assertEquals(
            Shape.of(1, 7, (size[0] + 3) / 4, (size[1] + 3) / 4),
            graph.outputs().get("logits").shape());
      }
    }
  }

  private static Graph graph(MixTransformer encoder, SegformerHead head, int height, int width) {
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, height, width);
    List<Tensor> maps = new ArrayList<>();
    Features x = encoder.stem(trace.root(), image);
    for (int i = 0; i < 4; i++) {
      x = encoder.blocks(trace.root(), x, i, 0, encoder.size().depths().get(i));
      maps.add(x.map());
    }
    Tensor logits = head.logits(trace.root(), FeaturePyramid.from(4, maps));
    return trace.graph(Map.of("logits", logits));
  }
}
