package dev.dovetail.heads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.heads.upernet.UperNet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UperNetTest {

  private static Graph trace(int width, boolean auxiliary) {
    Trace trace = auxiliary ? Trace.forTraining() : new Trace();
    List<Tensor> maps = new ArrayList<>();
    for (int size : new int[] {32, 16, 8, 4}) {
      maps.add(trace.input("f" + size, DType.FLOAT32, 1, width, size, size));
    }
    FeaturePyramid features = FeaturePyramid.from(4, maps);
    ImageBatch images = ImageBatch.ofInputs(trace.root(), maps.get(0));
    return trace.graph(UperNet.defaults().predict(trace.root(), features, images).tensors());
  }

  @ParameterizedTest
  @CsvSource({"192, 28095788", "384, 30111020", "768, 34141484"})
  void hasTheParametersOfThePublishedModelsWithTheAuxiliaryHead(int width, long parameters) {
    assertEquals(parameters, PublishedKeys.count(trace(width, true)));
  }

  @Test
  void keysAreThoseOfPublishedCheckpoints() throws IOException {
    String list = "upernet_vit_comer_small_seg.tsv";
    PublishedKeys.assertExact(trace(384, false), list, "decode_head.", "auxiliary_head.");
  }

  @Test
  void keysOfTheAuxiliaryHeadAreUnusedUnlessItIsTraced() {
    Graph graph = trace(384, false);
    String key = "auxiliary_head.convs.0.conv.weight";
    assertTrue(graph.ignoredKeys().stream().anyMatch(u -> u.matches(key)));
    assertTrue(graph.parameters().stream().noneMatch(p -> p.name().equals(key)));
    assertTrue(trace(384, true).parameters().stream().anyMatch(p -> p.name().equals(key)));
  }

  @Test
  void logitsHaveTheResolutionOfTheFinestMap() {
    Graph graph = trace(192, true);
    assertEquals(Shape.of(1, 150, 32, 32), graph.outputs().get("logits").shape());
    assertEquals(Shape.of(1, 150, 8, 8), graph.outputs().get("aux_logits").shape());
  }
}
