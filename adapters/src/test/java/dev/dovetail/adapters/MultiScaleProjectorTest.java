package dev.dovetail.adapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.adapters.projector.MultiScaleProjector;
import dev.dovetail.adapters.projector.MultiScaleProjector.Norm;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.FeaturePyramid.Level;
import dev.dovetail.graph.nn.Activation;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MultiScaleProjectorTest {

  private static MultiScaleProjector projector(double... scales) {
    return new MultiScaleProjector(
        32,
        IntStream.range(0, scales.length).mapToObj(i -> scales[i]).toList(),
        2,
        0.5,
        Norm.BN,
        1e-5,
        Activation.SILU);
  }

  private static FeaturePyramid taps(Trace trace, int... widths) {
    return new FeaturePyramid(
        IntStream.range(0, widths.length)
            .mapToObj(i -> new Level(trace.input("x" + i, DType.FLOAT32, 1, widths[i], 6, 9), 16))
            .toList());
  }

  @Test
  void eachScaleHasAMapOfItsSizeAndStride() {
    Trace trace = new Trace();
    FeaturePyramid maps = projector(2, 1, 0.5).apply(trace.root().at("neck"), taps(trace, 24, 24));
    assertEquals(List.of(8, 16, 32), maps.levels().stream().map(Level::stride).toList());
    assertEquals(
        List.of(Shape.of(1, 32, 12, 18), Shape.of(1, 32, 6, 9), Shape.of(1, 32, 3, 5)),
        maps.maps().stream().map(m -> m.shape()).toList());
  }

  @Test
  void channelsOfWideMapsAreHalvedBeforeEnlarging() {
    Trace trace = new Trace();
    FeaturePyramid maps = projector(2).apply(trace.root().at("neck"), taps(trace, 520));
    Graph graph = trace.graph(Map.of("p", maps.map(0)));
    List<String> names = graph.parameters().stream().map(p -> p.name()).toList();
    String layers = "neck.scale_layers.0.sampling_layers.0.layers.";
    assertTrue(names.contains(layers + "0.conv.weight"), names::toString);
    assertTrue(names.contains(layers + "1.weight"), names::toString);
  }

  @Test
  void mixedStridesOrWidthsAndOtherScalesAreRejected() {
    Trace trace = new Trace();
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> projector(1).apply(trace.root(), taps(trace, 24, 16)))
            .getMessage();
    assertTrue(message.contains("'taps'"), message);
    assertThrows(IllegalArgumentException.class, () -> projector(4));
    assertThrows(IllegalArgumentException.class, () -> projector());
  }
}
