package dev.dovetail.adapters;

import static dev.dovetail.adapters.PartRun.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.vit.Embedding;
import dev.dovetail.backbones.vit.Embedding.Positions;
import dev.dovetail.backbones.vit.TokenWindows;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.Interpolation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transformers with attention in equal windows. */
class TokenWindowsTest {

  private static final int WIDTH = 8;
  private static final int PATCH = 4;

  @TempDir private Path cache;

  private static VisionTransformer vit(int classTokens, TokenWindows windows) {
    return VisionTransformer.base()
        .withSize(WIDTH, 3, 2)
        .withPatchSize(PATCH)
        .withPretrainSize(16)
        .withLayerScale(false)
        .withEmbedding(embedding(classTokens, Positions.LEARNED))
        .withTokenWindows(windows);
  }

  private static Embedding embedding(int classTokens, Positions positions) {
    return Embedding.vit()
        .withTokens(new Embedding.Tokens(classTokens == 1, false, 0))
        .withCodes(new Embedding.Codes(positions, classTokens, Interpolation.BICUBIC));
  }

  private float[] map(VisionTransformer vit, TensorData image, int... ends) throws IOException {
    return PartRun.outputs(
            cache,
            List.of(image),
            (s, in) -> {
              Features x = vit.stem(s, in.get(0));
              int done = 0;
              for (int end : ends) {
                x = vit.blocks(s, x, 0, done, end);
                done = end;
              }
              return Map.of("out", vit.output(s, x, 0));
            })
        .get("out")
        .floats();
  }

  @Test
  void aSingleWindowIsGlobalAttention() throws IOException {
    TensorData image = random(1, 1, 3, 16, 24);
    assertArrayEquals(
        map(vit(1, TokenWindows.none()), image, 3),
        map(vit(1, new TokenWindows(1, List.of(), true)), image, 3));
  }

  @Test
  void withoutClassTokenGlobalBlocksIgnoreWindows() throws IOException {
    TensorData image = random(2, 2, 3, 16, 24);
    assertArrayEquals(
        map(vit(0, TokenWindows.none()), image, 3),
        map(vit(0, new TokenWindows(2, List.of(0, 1, 2), false)), image, 3),
        1e-5f);
  }

  @Test
  void windowsAreIndependentUntilABlockIsGlobal() throws IOException {
    TensorData image = random(3, 1, 3, 16, 16);
    float[] pixels = image.floats().clone();
    pixels[0] += 5; // of the window at the top left
    TensorData other = TensorData.of(pixels, 1, 3, 16, 16);
    VisionTransformer windowed = vit(1, new TokenWindows(2, List.of(2), false));
    float[] before = map(windowed, image, 2);
    float[] after = map(windowed, other, 2);
    for (int i = 0; i < before.length; i++) {
      int cell = i % 16;
      boolean inside = cell / 4 < 2 && cell % 4 < 2;
      assertEquals(inside, before[i] != after[i], "cell " + cell);
    }
    float[] seen = map(windowed, image, 3);
    float[] changed = map(windowed, other, 3);
    for (int i = 0; i < seen.length; i++) {
      assertTrue(seen[i] != changed[i], "a global block hides the change from " + i % 16);
    }
  }

  @Test
  void aWindowIsProcessedLikeAnImage() throws IOException {
    // Without a position embedding only the attention depends on positions.
    Embedding plain = embedding(1, Positions.NONE);
    TensorData image = random(4, 1, 3, 16, 16);
    float[] corner = new float[3 * 8 * 8];
    for (int i = 0; i < corner.length; i++) {
      corner[i] = image.floats()[i / 64 * 256 + (8 + i / 8 % 8) * 16 + 8 + i % 8];
    }
    float[] whole =
        map(vit(1, new TokenWindows(2, List.of(), false)).withEmbedding(plain), image, 3);
    float[] alone =
        map(vit(1, TokenWindows.none()).withEmbedding(plain), TensorData.of(corner, 1, 3, 8, 8), 3);
    for (int i = 0; i < alone.length; i++) {
      int cell = (2 + i % 4 / 2) * 4 + 2 + i % 2;
      assertEquals(alone[i], whole[i / 4 * 16 + cell], 1e-5f);
    }
  }

  @Test
  void splittingTheBlocksDoesNotChangeTheResult() throws IOException {
    TensorData image = random(5, 2, 3, 16, 24);
    VisionTransformer windowed = vit(1, new TokenWindows(2, List.of(1), true));
    assertArrayEquals(map(windowed, image, 3), map(windowed, image, 1, 2, 3), 1e-5f);
  }

  @Test
  void imagesOfABatchDoNotMix() throws IOException {
    TensorData both = random(6, 2, 3, 16, 24);
    VisionTransformer windowed = vit(1, new TokenWindows(2, List.of(1), false));
    float[] together = map(windowed, both, 3);
    int half = both.floats().length / 2;
    TensorData second =
        TensorData.of(Arrays.copyOfRange(both.floats(), half, 2 * half), 1, 3, 16, 24);
    assertArrayEquals(
        Arrays.copyOfRange(together, together.length / 2, together.length),
        map(windowed, second, 3),
        1e-5f);
  }

  @Test
  void swappedWindowsAssignTokensAsTransformersDoes() throws IOException {
    // Two rows of four cells in 2x2 windows, derived manually from the library's view calls.
    int[] order = {0, 2, 1, 3, 4, 6, 5, 7};
    TensorData image = random(7, 1, 3, 8, 16);
    float[] plain = map(vit(0, new TokenWindows(2, List.of(), false)), image);
    float[] swapped = map(vit(0, new TokenWindows(2, List.of(), true)), image);
    for (int i = 0; i < plain.length; i++) {
      assertEquals(plain[i / 8 * 8 + order[i % 8]], swapped[i]);
    }
    TensorData square = random(8, 1, 3, 16, 16);
    assertArrayEquals(
        map(vit(1, new TokenWindows(2, List.of(), false)), square, 3),
        map(vit(1, new TokenWindows(2, List.of(), true)), square, 3));
  }

  @Test
  void aGridThatCannotBeSplitIsRejectedWithTheMultiple() {
    VisionTransformer windowed = vit(1, new TokenWindows(2, List.of(), false));
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> map(windowed, random(9, 1, 3, 16, 20), 3))
            .getMessage();
    assertTrue(message.contains("multiples of 8 pixels"), message);
    assertFalse(message.contains("ShapeException"), message);
  }

  @Test
  void incompatibleOptionsAreRejected() {
    TokenWindows windows = new TokenWindows(2, List.of(), false);
    assertThrows(
        IllegalArgumentException.class,
        () -> vit(0, TokenWindows.none()).withWindows(2).withTokenWindows(windows));
    assertThrows(
        IllegalArgumentException.class, () -> vit(0, new TokenWindows(2, List.of(3), false)));
    assertThrows(IllegalArgumentException.class, () -> new TokenWindows(0, List.of(), false));
    assertThrows(IllegalArgumentException.class, () -> new TokenWindows(2, List.of(-1), false));
  }
}
