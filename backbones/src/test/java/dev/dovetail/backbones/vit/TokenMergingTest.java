package dev.dovetail.backbones.vit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.backbones.Features;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Product;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The number of tokens that merge in each block, and the blocks that need all tokens. */
class TokenMergingTest {

  private static VisionTransformer vit(int... windows) {
    return VisionTransformer.base()
        .withSize(24, 4, 2)
        .withMlpRatio(2)
        .withWindows(windows)
        .withPatchSize(8)
        .withPretrainSize(64);
  }

  /** The number of tokens in the attention of each block, for 64 tokens. */
  private static List<Integer> attended(VisionTransformer vit) {
    Trace trace = new Trace();
    Features x = vit.stem(trace.root(), trace.input("image", DType.FLOAT32, 1, 3, 64, 64));
    Features y = vit.blocks(trace.root(), x, 0, 0, vit.depth());
    assertEquals(x.tokens().shape(), y.tokens().shape());
    return trace.graph(Map.of("y", y.tokens())).nodes().stream()
        .filter(n -> n.op() instanceof Product.Attention)
        .map(Node::inputs)
        .map(in -> in.get(0))
        .map((Tensor q) -> q.dim(0) * q.dim(1))
        .toList();
  }

  @Test
  void everyGlobalBlockMergesTokensAndAllAreUnmerged() {
    assertEquals(List.of(64, 54, 44, 34), attended(vit(0).withMerging(TokenMerging.global(10))));
    assertEquals(List.of(64, 32, 16, 8), attended(vit(0).withMerging(TokenMerging.global(99))));
  }

  @Test
  void windowedBlocksDoNotMerge() {
    assertEquals(List.of(64, 64, 64, 64), attended(vit(0, 4).withMerging(TokenMerging.global(10))));
    assertEquals(
        List.of(64, 64, 54, 64), attended(vit(4, 0, 0, 4).withMerging(TokenMerging.global(10))));
  }

  @Test
  void aBlockMergesAndUnmergesItsShare() {
    assertEquals(
        List.of(32, 64, 32, 64), attended(vit(0, 4).withMerging(TokenMerging.perBlock(0.5))));
    // One token in four is a target.
    assertEquals(16, attended(vit(0).withMerging(TokenMerging.perBlock(0.99))).get(0));
  }

  @Test
  void nothingMergesByDefault() {
    assertEquals(List.of(64, 64, 64, 64), attended(vit(0)));
    assertEquals(List.of(64, 64, 64, 64), attended(vit(0).withMerging(TokenMerging.global(0))));
  }

  @Test
  void schedulesAreThoseOfThePaper() {
    TokenMerging falling = inflected(13, -1);
    assertEquals(List.of(26, 23, 21, 18, 16, 14, 11, 9, 7, 4, 2, 0), falling.schedule().pairs(12));
    assertEquals(List.of(12, 9, 6, 3, 0), inflected(6, -1).schedule().pairs(5));
    assertEquals(List.of(7, 7, 7), TokenMerging.global(7).schedule().pairs(3));
    assertEquals(List.of(7), inflected(7, -1).schedule().pairs(1));
  }

  private static TokenMerging inflected(int tokens, double inflect) {
    return TokenMerging.global(new TokenMerging.Schedule(tokens, inflect, List.of(), true));
  }

  @Test
  void remainingRowsAndColumnsMergeIntoWholeCells() {
    TokenSplit split = TokenSplit.cells(3, 5, 2, 2);
    assertEquals(List.of(0, 2), split.targets());
    assertEquals(13, split.sources().size());
    assertEquals(List.of(1, 3), TokenSplit.alternating(5).targets());
  }

  @Test
  void modelsWithPositionDependentAttentionAreRejected() {
    VisionTransformer beit = VisionTransformer.beit();
    String message =
        assertThrows(IllegalArgumentException.class, () -> beit.withMerging(TokenMerging.global(4)))
            .getMessage();
    assertTrue(message.contains("merging requires attention without relative"), message);
  }
}
