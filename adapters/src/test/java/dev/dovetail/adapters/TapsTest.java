package dev.dovetail.adapters;

import static dev.dovetail.adapters.PartRun.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dovetail.adapters.deimv2.SpatialTuning;
import dev.dovetail.adapters.plain.Taps;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.convnext.ConvNeXt;
import dev.dovetail.backbones.vit.ClassifierHead;
import dev.dovetail.backbones.vit.ClassifierHead.OutputNorm;
import dev.dovetail.backbones.vit.Embedding;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Normalization;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.FeaturePyramid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Taps of plain backbones at their own stride. */
class TapsTest {

  private static final VisionTransformer VIT =
      VisionTransformer.base()
          .withSize(8, 3, 2)
          .withPatchSize(8)
          .withPretrainSize(32)
          .withLayerScale(false)
          .withEmbedding(Embedding.vit());

  @TempDir private Path cache;

  private Map<String, TensorData> maps(Adapter adapter, VisionTransformer vit) throws IOException {
    return PartRun.outputs(
        cache,
        List.of(random(1, 1, 3, 32, 48)),
        (s, in) -> {
          Map<String, Tensor> out = new LinkedHashMap<>();
          FeaturePyramid pyramid = adapter.apply(s, vit, in.get(0));
          for (FeaturePyramid.Level level : pyramid.levels()) {
            out.put(out.size() + " of stride " + level.stride(), level.map());
          }
          return out;
        });
  }

  private float[] after(int blocks, VisionTransformer vit, boolean norm) throws IOException {
    return PartRun.outputs(
            cache,
            List.of(random(1, 1, 3, 32, 48)),
            (s, in) -> {
              Features x = vit.blocks(s, vit.stem(s, in.get(0)), 0, 0, blocks);
              Tensor one = s.weight("norm.weight", Init.ones(), 8);
              Tensor zero = s.weight("norm.bias", Init.zeros(), 8);
              Tensor tokens = x.tokens().apply(new Normalization.LayerNorm(1e-6), one, zero);
              return Map.of("map", norm ? x.with(tokens).map() : x.map());
            })
        .get("map")
        .floats();
  }

  @Test
  void tapsAreTheMapsAfterTheirBlocksAtTheBackbonesStride() throws IOException {
    Map<String, TensorData> maps = maps(new Taps(List.of(0, 2)), VIT);
    assertEquals(List.of("0 of stride 8", "1 of stride 8"), List.copyOf(maps.keySet()));
    assertArrayEquals(after(0, VIT, false), maps.get("0 of stride 8").floats());
    assertArrayEquals(after(2, VIT, false), maps.get("1 of stride 8").floats());
  }

  @Test
  void theDefaultTapIsTheLastBlock() throws IOException {
    assertArrayEquals(
        after(3, VIT, false), maps(Taps.defaults(), VIT).get("0 of stride 8").floats());
  }

  @Test
  void theFinalNormIsWhereTheBackboneSpecifies() throws IOException {
    VisionTransformer all =
        VIT.withHead(ClassifierHead.ofClassToken().withOutputNorm(OutputNorm.ALL));
    VisionTransformer last =
        VIT.withHead(ClassifierHead.ofClassToken().withOutputNorm(OutputNorm.LAST));
    Taps taps = new Taps(List.of(1, 3));
    for (boolean norm : new boolean[] {true, false}) {
      Map<String, TensorData> maps = maps(taps, norm ? all : last);
      assertArrayEquals(after(1, VIT, norm), maps.get("0 of stride 8").floats(), 1e-5f);
      assertArrayEquals(after(3, VIT, true), maps.get("1 of stride 8").floats(), 1e-5f);
    }
  }

  @Test
  void blocksAfterTheLastTapStayInTheModel() throws IOException {
    Map<String, TensorData> values =
        PartRun.outputs(
            cache,
            List.of(random(1, 1, 3, 32, 48)),
            (s, in) -> {
              new Taps(List.of(1)).apply(s, VIT, in.get(0));
              return Map.of("unused", s.trace().graph(Map.of()).values().get("blocks.2"));
            });
    assertFalse(values.isEmpty());
  }

  @Test
  void spatialTuningHasStrides8To32AndACommonWidth() throws IOException {
    Map<String, TensorData> maps = maps(new SpatialTuning(List.of(1, 2, 3), 4, 6, 1e-5), VIT);
    assertEquals(
        List.of("0 of stride 8", "1 of stride 16", "2 of stride 32"), List.copyOf(maps.keySet()));
    assertEquals("[1, 6, 4, 6]", Arrays.toString(dims(maps.get("0 of stride 8"))));
    assertEquals("[1, 6, 2, 3]", Arrays.toString(dims(maps.get("1 of stride 16"))));
    assertEquals("[1, 6, 1, 2]", Arrays.toString(dims(maps.get("2 of stride 32"))));
  }

  private static int[] dims(TensorData data) {
    return data.type().shape().dims();
  }

  @Test
  void invalidTapsAreRejected() {
    assertThrows(IllegalArgumentException.class, () -> new Taps(List.of(2, 1)));
    assertThrows(IllegalArgumentException.class, () -> new Taps(List.of(1, 1)));
    assertThrows(IllegalArgumentException.class, () -> new Taps(List.of(-1, 1)));
    assertThrows(IllegalArgumentException.class, () -> maps(new Taps(List.of(4)), VIT));
    assertThrows(
        IllegalArgumentException.class, () -> new SpatialTuning(List.of(1, 2), 4, 6, 1e-5));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    PartRun.outputs(
                        cache,
                        List.of(random(1, 1, 3, 32, 32)),
                        (s, in) ->
                            Map.of(
                                "map",
                                Taps.defaults().apply(s, ConvNeXt.tiny(), in.get(0)).map(0))))
            .getMessage();
    assertEquals(
        "taps are for plain backbones, but this one has stages of strides [4, 8, 16, 32]; use"
            + " the adapter 'plain' for their maps",
        message);
  }
}
