package dev.dovetail.adapters;

import static dev.dovetail.adapters.PartRun.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.dovetail.adapters.interaction.DeformableOptions;
import dev.dovetail.adapters.interaction.InteractionStages;
import dev.dovetail.adapters.vitcomer.CtiToV;
import dev.dovetail.adapters.vitcomer.Exchanges;
import dev.dovetail.adapters.vitcomer.VitComer;
import dev.dovetail.adapters.vitcomer.VitComer.Flavour;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.vit.Embedding;
import dev.dovetail.backbones.vit.Embedding.Codes;
import dev.dovetail.backbones.vit.Embedding.Positions;
import dev.dovetail.backbones.vit.TokenLayer;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.graph.nn.MultiScaleDeformableAttention;
import dev.dovetail.graph.nn.TokenPyramid;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Properties that hold for any weights, tested with the initial ones. */
class PropertiesTest {

  private static final MultiScaleDeformableAttention ATTENTION =
      new MultiScaleDeformableAttention(2, 4, 8);

  @TempDir private Path cache;

  @Test
  void ctiToVIsTheIdentityWhileGammaIsZero() throws IOException {
    TensorData x = random(1, 1, 24, 8);
    TensorData c = random(2, 1, 126, 8);
    CtiToV cti = new CtiToV(ATTENTION, 4);
    float[] out = run(List.of(x, c), (s, in) -> cti.apply(s, in.get(0), pyramid(in.get(1), 4, 6)));
    assertArrayEquals(x.floats(), out);
  }

  @Test
  void initialSamplingPointsHaveOneDirectionPerHeadAndAreOneCellApart() {
    FloatBuffer bias = FloatBuffer.allocate(4 * 2 * 2 * 2);
    new Init.Directions(4, 2, 2).fill(bias, Shape.of(bias.capacity()), new Random(0));
    float[] level = {1, 0, 2, 0, 0, 1, 0, 2, -1, 0, -2, 0, 0, -1, 0, -2};
    float[] expected = new float[bias.capacity()];
    for (int head = 0; head < 4; head++) {
      System.arraycopy(level, 4 * head, expected, 8 * head, 4);
      System.arraycopy(level, 4 * head, expected, 8 * head + 4, 4);
    }
    assertArrayEquals(expected, bias.array(), 1e-6f);
  }

  @Test
  void aWindowOfTheGridsSizeIsGlobalAttention() throws IOException {
    TensorData x = random(3, 2, 25, 12);
    float[] windowed = run(List.of(x), (s, in) -> block(5).apply(s, grid(in.get(0), 5)));
    float[] global = run(List.of(x), (s, in) -> block(0).apply(s, grid(in.get(0), 5)));
    assertArrayEquals(global, windowed, 1e-6f);
  }

  @Test
  void aWindowLargerThanTheGridIsNotGlobalAttention() throws IOException {
    TensorData x = random(4, 1, 25, 12);
    float[] windowed = run(List.of(x), (s, in) -> block(6).apply(s, grid(in.get(0), 5)));
    float[] global = run(List.of(x), (s, in) -> block(0).apply(s, grid(in.get(0), 5)));
    assertFalse(Arrays.equals(global, windowed), "padding takes part");
  }

  @Test
  void reorderingLevelsOnlyReordersTheWeights() throws IOException {
    // Initially all levels have the same weights, so the sum over levels may be reordered.
    TensorData fine = random(5, 1, 24, 8);
    TensorData coarse = random(6, 1, 6, 8);
    List<TensorData> tokens = List.of(fine, coarse);
    Extent large = new Extent(4, 6);
    Extent small = new Extent(2, 3);
    float[] fineFirst =
        run(
            tokens,
            (s, in) -> {
              Tensor value = Tensor.concat(1, in.get(0), in.get(1));
              return ATTENTION.apply(
                  s,
                  new TokenPyramid(in.get(0), List.of(large)),
                  new TokenPyramid(value, List.of(large, small)));
            });
    float[] coarseFirst =
        run(
            tokens,
            (s, in) -> {
              Tensor value = Tensor.concat(1, in.get(1), in.get(0));
              return ATTENTION.apply(
                  s,
                  new TokenPyramid(in.get(0), List.of(large)),
                  new TokenPyramid(value, List.of(small, large)));
            });
    assertArrayEquals(fineFirst, coarseFirst, 1e-6f);
  }

  @Test
  void imagesOfABatchAreIndependentInEveryFlavour() throws IOException {
    VisionTransformer vit =
        VisionTransformer.base()
            .withSize(12, 4, 2)
            .withMlpRatio(2)
            .withPretrainSize(64)
            .withWindows(3, 0)
            .withResidualBlocks(List.of(1));
    VisionTransformer beit =
        VisionTransformer.beit()
            .withSize(12, 4, 2)
            .withMlpRatio(2)
            .withPretrainSize(64)
            .withEmbedding(
                Embedding.comer().withCodes(new Codes(Positions.LEARNED, 0, Interpolation.BICUBIC)))
            .withWindows(3);
    for (Flavour flavour : Flavour.values()) {
      Backbone backbone = flavour.name().startsWith("CO_DETR") ? beit : vit;
      VitComer comer =
          VitComer.defaults()
              .withFlavour(flavour)
              .withInteractionIndexes(InteractionStages.quarters(4))
              .withDeformable(new DeformableOptions(2, 2, 1))
              .withExchanges(Exchanges.defaults().withCnnInteraction(true).withExtraCtis(1));
      BiFunction<Scope, List<Tensor>, Tensor> model =
          (s, in) -> {
            List<Tensor> maps = comer.apply(s, backbone, in.get(0)).maps();
            return Tensor.concat(1, maps.stream().map(m -> m.reshape(m.dim(0), -1)).toList());
          };
      TensorData both = random(7, 2, 3, 64, 96);
      float[] together = run(List.of(both), model);
      for (int i = 0; i < 2; i++) {
        int image = 3 * 64 * 96;
        float[] pixels = Arrays.copyOfRange(both.floats(), i * image, (i + 1) * image);
        float[] alone = run(List.of(TensorData.of(pixels, 1, 3, 64, 96)), model);
        float[] part = Arrays.copyOfRange(together, i * alone.length, (i + 1) * alone.length);
        assertArrayEquals(alone, part, 1e-5f, flavour + ", image " + i);
      }
    }
  }

  private static TokenLayer block(int window) {
    return VisionTransformer.base().withSize(12, 1, 3).withMlpRatio(2).withWindows(window).block(0);
  }

  private static Features grid(Tensor tokens, int size) {
    return new Features(tokens, size, size, 0, 16);
  }

  private static TokenPyramid pyramid(Tensor tokens, int height, int width) {
    return new TokenPyramid(
        tokens,
        List.of(
            new Extent(2 * height, 2 * width),
            new Extent(height, width),
            new Extent(height / 2, width / 2)));
  }

  private float[] run(List<TensorData> values, BiFunction<Scope, List<Tensor>, Tensor> model)
      throws IOException {
    return PartRun.outputs(cache, values, (s, in) -> Map.of("out", model.apply(s, in)))
        .get("out")
        .floats();
  }
}
