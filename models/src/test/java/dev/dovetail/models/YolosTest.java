package dev.dovetail.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dovetail.backbones.vit.Geometry;
import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Cost;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.QueryBoxes;
import dev.dovetail.heads.yolos.Yolos;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** YOLOS compared with its paper. */
class YolosTest {

  private static final PartRegistry REGISTRY = PartRegistry.load();

  /**
   * Parameters in millions from the paper and the first README of its code, with the tolerance of
   * the last digit; that of the base size is truncated, not rounded.
   */
  @ParameterizedTest
  @CsvSource({
    "yolos_tiny, 6.5, 0.05",
    "yolos_small, 30.7, 0.05",
    "yolos_small_dwr, 28, 0.5",
    "yolos_base, 127, 1"
  })
  void parametersAreThoseOfThePaper(String preset, double millions, double within)
      throws Exception {
    ModelConfig config = ModelConfig.of(PresetConfig.of(REGISTRY.preset(preset)), REGISTRY);
    Cost cost = Cost.perScope(ModelGraph.bare(config.model(), 1, new Size(512, 512))).get("");
    assertEquals(millions, cost.parameters() / 1e6, within);
  }

  @Test
  void incompletePatchesAreIgnored() {
    Yolos yolos =
        new Yolos(3, Geometry.of(24, 1, 2).withPretrainSize(64, 96), true, 1e-6, 5, true, 5);
    Trace trace = new Trace();
    QueryBoxes boxes =
        yolos.forward(
            trace.root(),
            ImageBatch.whole(trace.root(), trace.input("image", DType.FLOAT32, 2, 3, 75, 101)));
    assertEquals(Shape.of(2, 5, 4), boxes.logits().shape());
    assertEquals(Shape.of(2, 5, 4), boxes.boxes().shape());
  }

  @Test
  void valuesOutOfRangeAreRejected() {
    Geometry geometry = Geometry.of(24, 1, 2);
    assertThrows(
        IllegalArgumentException.class, () -> new Yolos(0, geometry, true, 1e-6, 5, true, 5));
    assertThrows(
        IllegalArgumentException.class, () -> new Yolos(3, geometry, true, 1e-6, 0, true, 5));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Yolos(3, geometry.withPretrainSize(8, 0), true, 1e-6, 5, true, 5));
  }
}
