package dev.dovetail.adapters;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.adapters.interaction.DeformableOptions;
import dev.dovetail.adapters.plain.BackboneFeatures;
import dev.dovetail.adapters.vitadapter.VitAdapter;
import dev.dovetail.adapters.vitcomer.VitComer;
import dev.dovetail.backbones.vit.Embedding;
import dev.dovetail.backbones.vit.Embedding.Codes;
import dev.dovetail.backbones.vit.Embedding.Patches;
import dev.dovetail.backbones.vit.Embedding.Positions;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.nn.Interpolation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checkpoints with patches of 14 pixels (DINOv2) under adapters that need stride 16: the kernel is
 * resized bilinearly, as in the weight conversion of the published models.
 */
class PatchesOf14Test {

  private static final int WIDTH = 12;

  @TempDir private Path cache;

  /**
   * Trained on 37x37 patches of 14 pixels, which correspond to 37x37 patches of 16 pixels in images
   * of 592.
   */
  private static VisionTransformer vit(int patchSize, int pretrainSize, Positions positions) {
    return VisionTransformer.base()
        .withEmbedding(
            Embedding.comer()
                .withCodes(new Codes(positions, 1, Interpolation.BICUBIC))
                .withPatches(new Patches(14, Interpolation.BILINEAR)))
        .withSize(WIDTH, 2, 2)
        .withMlpRatio(2)
        .withPatchSize(patchSize)
        .withPretrainSize(pretrainSize);
  }

  @Test
  void parametersAreThoseOfTheCheckpointAndTheStrideIs16() {
    VitComer two =
        VitComer.defaults()
            .withInteractionIndexes(List.of(List.of(0, 0), List.of(1, 1)))
            .withDeformable(new DeformableOptions(2, 2, 1));
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, 64, 96);
    FeaturePyramid maps = two.apply(trace.root(), vit(16, 592, Positions.LEARNED), image);
    assertEquals(Shape.of(1, WIDTH, 4, 6), maps.map(2).shape());
    List<Shape> shapes =
        trace.graph(Map.of("f3", maps.map(2))).parameters().stream()
            .filter(p -> p.name().matches("patch_embed.proj.weight|pos_embed"))
            .map(Parameter::type)
            .map(type -> type.shape())
            .toList();
    assertEquals(List.of(Shape.of(WIDTH, 3, 14, 14), Shape.of(1, 1 + 37 * 37, WIDTH)), shapes);
  }

  @Test
  void theKernelIsInterpolatedLinearlyBetweenHalfPixelCenters() throws IOException {
    TensorData image = PartRun.random(3, 1, 3, 32, 48);
    Map<String, TensorData> out =
        PartRun.outputs(
            cache,
            List.of(image),
            (s, in) -> {
              Tensor embedded = vit(16, 592, Positions.NONE).stem(s, in.get(0)).tokens();
              Init init = new Init.FanIn(3 * 14 * 14);
              Tensor kernel = s.at("patch_embed.proj").weight("weight", init, WIDTH, 3, 14, 14);
              Tensor bias = s.at("patch_embed.proj").weight("bias", Init.zeros(), WIDTH);
              return Map.of("embedded", embedded, "kernel", kernel.plus(0), "bias", bias.plus(0));
            });
    float[] kernel = out.get("kernel").floats();
    float[] pixels = image.floats();
    float[] expected = new float[2 * 3 * WIDTH];
    for (int token = 0; token < 6; token++) {
      for (int channel = 0; channel < WIDTH; channel++) {
        double sum = out.get("bias").floats()[channel];
        for (int color = 0; color < 3; color++) {
          for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 16; x++) {
              int row = 16 * (token / 3) + y;
              int column = 16 * (token % 3) + x;
              sum +=
                  pixels[(color * 32 + row) * 48 + column]
                      * interpolated(kernel, (channel * 3 + color) * 14 * 14, y, x);
            }
          }
        }
        expected[token * WIDTH + channel] = (float) sum;
      }
    }
    assertArrayEquals(expected, out.get("embedded").floats(), 1e-5f);
  }

  private static double interpolated(float[] kernel, int from, int y, int x) {
    double sum = 0;
    for (int row = 0; row < 14; row++) {
      for (int column = 0; column < 14; column++) {
        sum += share(y, row) * share(x, column) * kernel[from + 14 * row + column];
      }
    }
    return sum;
  }

  /** The weight of cell {@code in} of 14 in cell {@code out} of 16. */
  private static double share(int out, int in) {
    double place = Math.min(Math.max((out + 0.5) * 14 / 16 - 0.5, 0), 13);
    return Math.max(0, 1 - Math.abs(place - in));
  }

  @Test
  void patchesOf14PixelsAreRejectedWithTheOptionsToSet() {
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, 224, 224);
    VisionTransformer fine = vit(14, 518, Positions.LEARNED);
    for (Adapter adapter : List.of(VitComer.defaults(), VitAdapter.defaults())) {
      String message =
          assertThrows(
                  IllegalArgumentException.class, () -> adapter.apply(trace.root(), fine, image))
              .getMessage();
      assertTrue(message.contains("patches of 14 pixels; set backbone.patchSize to 16"), message);
      assertTrue(message.contains("backbone.embedding.kernel to 14"), message);
    }
  }

  @Test
  void theBackbonesOwnMapsStillHaveStrides4To32() {
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, 112, 168);
    FeaturePyramid maps =
        BackboneFeatures.defaults().apply(trace.root(), vit(14, 518, Positions.LEARNED), image);
    assertEquals(
        List.of(
            Shape.of(1, WIDTH, 28, 42),
            Shape.of(1, WIDTH, 14, 21),
            Shape.of(1, WIDTH, 7, 11),
            Shape.of(1, WIDTH, 4, 6)),
        maps.maps().stream().map(Tensor::shape).toList());
  }
}
