package dev.dovetail.adapters;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.adapters.interaction.DeformableOptions;
import dev.dovetail.adapters.interaction.FeedForward;
import dev.dovetail.adapters.plain.BackboneFeatures;
import dev.dovetail.adapters.vitadapter.VitAdapter;
import dev.dovetail.adapters.vitcomer.HierarchicalVitComer;
import dev.dovetail.adapters.vitcomer.VitComer;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Source;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.FeaturePyramid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ViT-CoMer over a hierarchical backbone. */
class HierarchicalVitComerTest {

  private static final List<Integer> STRIDES = List.of(4, 8, 16, 32);

  @TempDir private Path cache;

  private static HierarchicalVitComer comer(boolean interaction, double gamma) {
    return new HierarchicalVitComer(
        12, 4, new DeformableOptions(2, 2, 1), 0.5, FeedForward.defaults(), interaction, 2, gamma);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theBackboneOutputIsUnchangedWhileGammaIsZero(boolean wholePatches) throws IOException {
    Backbone backbone = new TinyHierarchy(wholePatches);
    TensorData image = PartRun.random(1, 2, 3, 75, 101);
    Map<String, TensorData> alone = alone(backbone, image);
    Map<String, TensorData> inside = inside(comer(true, 0), backbone, image);
    for (int stride : STRIDES) {
      assertArrayEquals(stage(alone, stride), stage(inside, stride), "stride " + stride);
    }
  }

  @Test
  void withNonzeroGammaTheConvolutionalBranchAffectsEveryLaterStage() throws IOException {
    Backbone backbone = new TinyHierarchy(false);
    TensorData image = PartRun.random(2, 1, 3, 64, 96);
    Map<String, TensorData> alone = alone(backbone, image);
    Map<String, TensorData> inside = inside(comer(true, 0.5), backbone, image);
    for (int stride : STRIDES) {
      boolean same = Arrays.equals(stage(alone, stride), stage(inside, stride));
      assertEquals(stride <= 8, same, "stride " + stride);
    }
  }

  @Test
  void mapsCoverTheImageAtEverySize() {
    long seed = 20261125;
    Random random = new Random(seed);
    for (int i = 0; i < 30; i++) {
      int height = 33 + random.nextInt(200);
      int width = 33 + random.nextInt(200);
      Trace trace = new Trace();
      Tensor image = trace.input("image", DType.FLOAT32, 1, 3, height, width);
      Backbone backbone = new TinyHierarchy(random.nextBoolean());
      boolean interaction = random.nextBoolean();
      FeaturePyramid maps = comer(interaction, 0).apply(trace.root(), backbone, image);
      for (FeaturePyramid.Level level : maps.levels()) {
        int rows = (height + level.stride() - 1) / level.stride();
        int columns = (width + level.stride() - 1) / level.stride();
        assertEquals(
            Shape.of(1, 12, rows, columns),
            level.map().shape(),
            "seed " + seed + ", " + height + "x" + width);
      }
      assertEquals(STRIDES, maps.levels().stream().map(FeaturePyramid.Level::stride).toList());
    }
  }

  @Test
  void everyParameterOfAnInteractionAffectsTheResult() {
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, 64, 64);
    FeaturePyramid maps = comer(true, 0).apply(trace.root(), new TinyHierarchy(false), image);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    maps.levels().forEach(level -> outputs.put("f" + level.stride(), level.map()));
    Graph graph = trace.graph(outputs);
    long used = graph.nodes().stream().filter(n -> n.op() instanceof Source.Weight).count();
    assertEquals(graph.parameters().size(), used);
  }

  @Test
  void aPlainBackboneIsRejectedAndTheRightAdapterNamed() {
    String message = refused(comer(true, 0), VisionTransformer.base());
    assertTrue(message.contains("strides 4, 8, 16 and 32"), message);
    assertTrue(message.contains("'vit-comer'"), message);
  }

  @Test
  void plainAdaptersRejectStagesAndNameTheRightAdapter() {
    for (Adapter adapter : List.of(VitComer.defaults(), VitAdapter.defaults())) {
      String message = refused(adapter, new TinyHierarchy(false));
      assertTrue(message.contains("'vit-comer-hierarchical'"), message);
    }
  }

  private static String refused(Adapter adapter, Backbone backbone) {
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, 224, 224);
    return assertThrows(
            IllegalArgumentException.class, () -> adapter.apply(trace.root(), backbone, image))
        .getMessage();
  }

  private Map<String, TensorData> alone(Backbone backbone, TensorData image) throws IOException {
    return PartRun.outputs(
        cache,
        List.of(image),
        (s, in) -> {
          FeaturePyramid own = BackboneFeatures.defaults().apply(s, backbone, in.get(0));
          Map<String, Tensor> out = new LinkedHashMap<>();
          own.levels().forEach(level -> out.put("comer.stage" + level.stride(), level.map()));
          return out;
        });
  }

  private Map<String, TensorData> inside(
      HierarchicalVitComer comer, Backbone backbone, TensorData image) throws IOException {
    return PartRun.outputs(
        cache,
        List.of(image),
        (s, in) -> {
          comer.apply(s, backbone, in.get(0));
          return stages(s);
        });
  }

  private static Map<String, Tensor> stages(Scope s) {
    Map<String, Tensor> values = s.trace().graph(Map.of()).values();
    Map<String, Tensor> out = new LinkedHashMap<>();
    STRIDES.forEach(stride -> out.put("comer.stage" + stride, values.get("comer.stage" + stride)));
    return out;
  }

  private static float[] stage(Map<String, TensorData> outputs, int stride) {
    float[] values = outputs.get("comer.stage" + stride).floats();
    assertFalse(values.length == 0);
    return values;
  }
}
