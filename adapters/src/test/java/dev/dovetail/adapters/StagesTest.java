package dev.dovetail.adapters;

import static dev.dovetail.adapters.PartRun.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.adapters.plain.BackboneFeatures;
import dev.dovetail.adapters.plain.Stages;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.convnext.ConvNeXt;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.FeaturePyramid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Maps of selected stages of a hierarchical backbone. */
class StagesTest {

  private static final ConvNeXt CONVNEXT =
      ConvNeXt.of(List.of(4, 8, 8, 12), List.of(1, 1, 2, 1)).withOutputNorms(true);

  @TempDir private Path cache;

  private Map<String, TensorData> maps(Adapter adapter) throws IOException {
    return PartRun.outputs(
        cache,
        List.of(random(1, 1, 3, 64, 96)),
        (s, in) -> {
          Map<String, Tensor> out = new LinkedHashMap<>();
          for (FeaturePyramid.Level level : adapter.apply(s, CONVNEXT, in.get(0)).levels()) {
            out.put("stride " + level.stride(), level.map());
          }
          return out;
        });
  }

  @Test
  void selectedStagesEqualThoseOfAllStages() throws IOException {
    Map<String, TensorData> all = maps(BackboneFeatures.defaults());
    Map<String, TensorData> some = maps(new Stages(List.of(1, 3)));
    assertEquals(List.of("stride 4", "stride 16"), List.copyOf(some.keySet()));
    some.forEach((name, map) -> assertArrayEquals(all.get(name).floats(), map.floats(), name));
    assertEquals(all.keySet(), maps(Stages.defaults()).keySet());
  }

  @Test
  void otherStagesStayInTheModelWithoutNorms() {
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, 64, 64);
    new Stages(List.of(2)).apply(trace.root(), CONVNEXT, image);
    Set<String> names =
        trace.graph(Map.of()).parameters().stream()
            .map(Parameter::name)
            .collect(Collectors.toSet());
    assertTrue(names.contains("stages.3.blocks.0.norm.weight"), names::toString);
    assertEquals(
        Set.of("norm1.weight", "norm1.bias"),
        names.stream().filter(n -> n.matches("norm\\d\\..*")).collect(Collectors.toSet()));
  }

  private static String refused(Backbone backbone, List<Integer> after) {
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, 64, 64);
    return assertThrows(
            IllegalArgumentException.class,
            () -> new Stages(after).apply(trace.root(), backbone, image))
        .getMessage();
  }

  @Test
  void missingStagesAreRejected() {
    String expected = "must be ascending numbers of stages from 1 on";
    for (List<Integer> after : List.of(List.of(0, 1), List.of(2, 1), List.of(3, 3))) {
      String message = refused(CONVNEXT, after);
      assertTrue(message.contains(expected), message);
    }
    assertTrue(refused(CONVNEXT, List.of(2, 5)).contains("more stages than the backbone's 4"));
    assertTrue(refused(VisionTransformer.base().withSize(8, 2, 2), List.of(1)).contains("'taps'"));
  }
}
