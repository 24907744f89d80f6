package dev.dovetail.adapters;

import static dev.dovetail.adapters.PartRun.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.adapters.feature2pyramid.Feature2Pyramid;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.FeaturePyramid.Level;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pyramids of maps of the same stride. */
class Feature2PyramidTest {

  @TempDir private Path cache;

  private static FeaturePyramid pyramid(List<Tensor> maps, int stride) {
    return new FeaturePyramid(maps.stream().map(map -> new Level(map, stride)).toList());
  }

  @Test
  void eachMapHasItsScaleAndItsStride() throws IOException {
    List<TensorData> maps = IntStream.range(0, 4).mapToObj(i -> random(i, 1, 6, 4, 6)).toList();
    Map<String, TensorData> out =
        PartRun.outputs(
            cache,
            maps,
            (s, in) -> {
              Map<String, Tensor> levels = new LinkedHashMap<>();
              Feature2Pyramid.defaults()
                  .apply(s, pyramid(in, 16))
                  .levels()
                  .forEach(level -> levels.put("stride " + level.stride(), level.map()));
              return levels;
            });
    assertEquals(
        List.of("stride 4", "stride 8", "stride 16", "stride 32"), List.copyOf(out.keySet()));
    assertEquals(List.of(16, 24), extent(out.get("stride 4")));
    assertEquals(List.of(8, 12), extent(out.get("stride 8")));
    assertArrayEquals(maps.get(2).floats(), out.get("stride 16").floats());
    float[] pooled = out.get("stride 32").floats();
    float[] whole = maps.get(3).floats();
    for (int i = 0; i < pooled.length; i++) {
      int first = i / 6 * 24 + i % 6 / 3 * 12 + i % 3 * 2;
      float largest =
          Math.max(
              Math.max(whole[first], whole[first + 1]),
              Math.max(whole[first + 6], whole[first + 7]));
      assertEquals(largest, pooled[i]);
    }
  }

  private static List<Integer> extent(TensorData map) {
    return List.of(map.type().shape().dim(2), map.type().shape().dim(3));
  }

  private static Trace traced(List<Double> scales, int maps, int... strides) {
    Trace trace = new Trace();
    List<Level> levels =
        IntStream.range(0, maps)
            .mapToObj(
                i ->
                    new Level(
                        trace.input("map" + i, DType.FLOAT32, 1, 6, 4, 4),
                        strides[i % strides.length]))
            .toList();
    new Feature2Pyramid(scales).apply(trace.root(), new FeaturePyramid(levels));
    return trace;
  }

  @Test
  void parametersHaveTheNamesOfBeitsAuthors() {
    Set<String> names =
        traced(List.of(4.0, 2.0, 1.0, 0.5), 4, 16).graph(Map.of()).parameters().stream()
            .map(Parameter::name)
            .collect(Collectors.toSet());
    assertTrue(
        names.containsAll(
            Set.of(
                "fpn1.0.weight",
                "fpn1.0.bias",
                "fpn1.1.running_mean",
                "fpn1.3.bias",
                "fpn2.0.weight")),
        names::toString);
  }

  @Test
  void patchesOf14PixelsGiveALevelWithAFractionalStride() {
    Trace trace = new Trace();
    Tensor map = trace.input("map", DType.FLOAT32, 1, 6, 4, 4);
    FeaturePyramid levels =
        new Feature2Pyramid(List.of(4.0)).apply(trace.root(), pyramid(List.of(map), 14));
    assertFalse(levels.levels().get(0).hasStride());
    assertEquals(16, levels.map(0).dim(3));
  }

  @Test
  void unsuitableMapsAndScalesAreRejected() {
    assertRefused("4 maps of the same stride", List.of(4.0, 2.0, 1.0, 0.5), 3, 16);
    assertRefused("2 maps of the same stride", List.of(2.0, 1.0), 2, 8, 16);
    assertRefused("a descending selection of", List.of(1.0, 2.0), 2, 16);
    assertRefused("a descending selection of", List.of(3.0), 1, 16);
    assertRefused("a descending selection of", List.of(), 0, 16);
  }

  private static void assertRefused(
      String expected, List<Double> scales, int maps, int... strides) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> traced(scales, maps, strides))
            .getMessage();
    assertTrue(message.contains(expected), message);
  }
}
