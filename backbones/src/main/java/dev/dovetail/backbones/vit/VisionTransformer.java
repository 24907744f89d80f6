package dev.dovetail.backbones.vit;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.backbones.Classifier;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.Stage;
import dev.dovetail.backbones.vit.AttentionOptions.Relative;
import dev.dovetail.backbones.vit.ClassifierHead.Pool;
import dev.dovetail.backbones.vit.Embedding.Positions;
import dev.dovetail.backbones.vit.TokenMerging.Mode;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.graph.nn.Mlp;
import java.util.Arrays;
import java.util.List;

/**
 * The plain vision transformer (Dosovitskiy et al. 2021) and its descendants: DeiT, BEiT, MAE,
 * DINOv2, DINOv3, EVA-02, the encoders of ViTDet and SAM, and the transformers inside ViT-CoMer and
 * ViT-Adapter.
 *
 * <p>Code starts from a size and changes options: {@code VisionTransformer.base().withWindows(14,
 * 14, 0)}. Every step validates its result: add a class token before a head that needs it.
 *
 * @param geometry the size
 * @param block the options of the blocks
 * @param embedding the layers before the first block
 * @param attention the options of the attention
 * @param head the layers after the last block
 * @param merging the options of token merging
 * @param tokenWindows equal windows that blocks attend in
 */
public record VisionTransformer(
    @JsonUnwrapped Geometry geometry,
    @JsonUnwrapped BlockOptions block,
    Embedding embedding,
    AttentionOptions attention,
    ClassifierHead head,
    TokenMerging merging,
    TokenWindows tokenWindows)
    implements Classifier {

  /**
   * @param geometry the size
   * @param block the options of the blocks
   * @param embedding the layers before the first block
   * @param attention the options of the attention
   * @param head the layers after the last block
   * @param merging the options of token merging
   * @param tokenWindows equal windows that blocks attend in
   * @throws IllegalArgumentException if a value is invalid or incompatible with another one
   */
  public VisionTransformer {
    int depth = geometry.depth();
    List<Integer> windows = block.windows();
    require(
        !windows.isEmpty() && depth % windows.size() == 0,
        "windows has " + windows.size() + " elements, which do not divide the depth of " + depth);
    for (int index : block.residualBlocks()) {
      require(
          index >= 0 && index < depth,
          "residualBlocks names block " + index + ", expected 0 to " + (depth - 1));
    }
    boolean tables =
        attention.relative() != Relative.NONE && attention.grid() == 0 && windows.contains(0);
    require(
        geometry.pretrainSize() >= geometry.patchSize()
            || embedding.codes().positions() != Positions.LEARNED && !tables,
        "pretrainSize " + geometry.pretrainSize() + " is below a patch of " + geometry.patchSize());
    boolean rotary = attention.rotary().kind() != Rotary.Kind.NONE;
    int channels = geometry.width() / geometry.heads();
    require(
        !rotary || channels % 4 == 0,
        "rotary positions require heads with a multiple of 4 channels, but they have " + channels);
    require(
        !(rotary || attention.relative() == Relative.SHARED_TABLE)
            || windows.stream().allMatch(w -> w == 0),
        "rotary positions and shared tables require attention over the whole grid");
    require(
        head.pool() == Pool.MEAN || embedding.tokens().classToken(),
        "head.pool " + head.pool() + " requires a class token");
    require(
        head.pool() != Pool.CLASS_AND_DISTILLATION || embedding.tokens().distillationToken(),
        "head.pool " + head.pool() + " requires a distillation token");
    require(
        merging.mode() == Mode.NONE || !rotary && attention.relative() == Relative.NONE,
        "merging requires attention without relative or rotary positions");
    require(
        !tokenWindows.there()
            || !rotary
                && attention.relative() == Relative.NONE
                && merging.mode() == Mode.NONE
                && block.residualBlocks().isEmpty()
                && windows.stream().allMatch(w -> w == 0),
        "tokenWindows exclude windows, residualBlocks, merging, and relative or rotary positions");
    for (int index : tokenWindows.globalBlocks()) {
      require(
          index < depth,
          "tokenWindows.globalBlocks names block " + index + ", expected 0 to " + (depth - 1));
    }
  }

  static void require(boolean right, String otherwise) {
    if (!right) {
      throw new IllegalArgumentException("VisionTransformer: " + otherwise);
    }
  }

  /** Returns ViT-CoMer's transformer: no class token, no norm after the last block. */
  private static VisionTransformer comer(int width, int depth, int heads) {
    return new VisionTransformer(
        Geometry.of(width, depth, heads),
        BlockOptions.comer(),
        Embedding.comer(),
        AttentionOptions.plain(),
        ClassifierHead.ofMean(ClassifierHead.Norm.NONE),
        TokenMerging.none(),
        TokenWindows.none());
  }

  /** {@return ViT-CoMer's transformer with 192 channels and global attention} */
  public static VisionTransformer tiny() {
    return comer(192, 12, 3);
  }

  /** {@return ViT-CoMer's transformer with 384 channels and global attention} */
  public static VisionTransformer small() {
    return comer(384, 12, 6);
  }

  /** {@return ViT-CoMer's transformer with 768 channels and global attention} */
  public static VisionTransformer base() {
    return comer(768, 12, 12);
  }

  /** {@return ViT-CoMer's transformer with 1024 channels and global attention} */
  public static VisionTransformer large() {
    return comer(1024, 24, 16);
  }

  /** {@return ViT-CoMer's transformer with 1280 channels and global attention} */
  public static VisionTransformer huge() {
    return comer(1280, 32, 16);
  }

  /**
   * {@return BEiT (Bao et al. 2022) in the base size, as in the Co-DETR branch of ViT-CoMer and in
   * ViT-Adapter's detector: attention in windows with relative position bias, keys without bias, no
   * class token, no other positions}
   */
  public static VisionTransformer beit() {
    return base()
        .withEmbedding(Embedding.ofTokens(0, 0, Positions.NONE, 0, Interpolation.BICUBIC))
        .withAttention(AttentionOptions.plain().withRelative(Relative.TABLE).withPadInput(true))
        .withKeyBias(false)
        .withInitialLayerScale(1e-6)
        .withWindows(14)
        .withPretrainSize(0);
  }

  /** {@return BEiT in the large size of the published Co-DETR model} */
  public static VisionTransformer beitDefaults() {
    return beit().withSize(1024, 24, 16).withWindows(14, 14, 14, 14, 14, 56);
  }

  /**
   * {@return a copy with another geometry}
   *
   * @param other the size, the patches and the pre-training images
   */
  public VisionTransformer withGeometry(Geometry other) {
    return new VisionTransformer(other, block, embedding, attention, head, merging, tokenWindows);
  }

  private VisionTransformer with(BlockOptions other) {
    return new VisionTransformer(
        geometry, other, embedding, attention, head, merging, tokenWindows);
  }

  /**
   * {@return a copy with another size}
   *
   * @param width channels of a token
   * @param depth number of blocks
   * @param heads heads of the attention
   */
  public VisionTransformer withSize(int width, int depth, int heads) {
    return withGeometry(geometry.withSize(width, depth, heads));
  }

  /**
   * {@return a copy with other MLPs}
   *
   * @param ratio ratio of the hidden width to the width
   */
  public VisionTransformer withMlpRatio(double ratio) {
    return withGeometry(geometry.withMlpRatio(ratio));
  }

  /**
   * {@return a copy with other patches}
   *
   * @param size size in pixels
   */
  public VisionTransformer withPatchSize(int size) {
    return withGeometry(geometry.withPatchSize(size));
  }

  /**
   * {@return a copy with another size of square pre-training images}
   *
   * @param size size in pixels
   */
  public VisionTransformer withPretrainSize(int size) {
    return withPretrainSize(size, 0);
  }

  /**
   * {@return a copy with another size of the pre-training images}
   *
   * @param height height in pixels
   * @param width width in pixels; 0 for square images
   */
  public VisionTransformer withPretrainSize(int height, int width) {
    return withGeometry(geometry.withPretrainSize(height, width));
  }

  /**
   * {@return a copy with or without biases of queries, keys and values}
   *
   * @param bias whether queries and values have a bias, and keys as well if {@code keyBias} is true
   */
  public VisionTransformer withQkvBias(boolean bias) {
    return with(block.withBiases(bias, block.keyBias()));
  }

  /**
   * {@return a copy with or without a bias of keys}
   *
   * @param bias whether keys have a bias if queries and values have one
   */
  public VisionTransformer withKeyBias(boolean bias) {
    return with(block.withBiases(block.qkvBias(), bias));
  }

  /**
   * {@return a copy with or without layer scales}
   *
   * @param scale whether the blocks have them
   */
  public VisionTransformer withLayerScale(boolean scale) {
    return with(block.withLayerScale(scale, block.initialLayerScale()));
  }

  /**
   * {@return a copy with another initial value of the layer scales}
   *
   * @param initial initial value of each channel
   */
  public VisionTransformer withInitialLayerScale(double initial) {
    return with(block.withLayerScale(block.layerScale(), initial));
  }

  /**
   * {@return a copy with other windows}
   *
   * @param pattern window of each block, 0 for the whole grid; repeated to the depth
   */
  public VisionTransformer withWindows(int... pattern) {
    return withWindows(Arrays.stream(pattern).boxed().toList());
  }

  /**
   * {@return a copy with other windows}
   *
   * @param pattern window of each block, 0 for the whole grid; repeated to the depth
   */
  public VisionTransformer withWindows(List<Integer> pattern) {
    return with(block.withWindows(pattern));
  }

  /**
   * {@return a copy with convolutional bottlenecks at the end of some blocks}
   *
   * @param blocks the blocks, counted from 0
   */
  public VisionTransformer withResidualBlocks(List<Integer> blocks) {
    return with(block.withResidualBlocks(blocks));
  }

  /**
   * {@return a copy with another epsilon of the norms}
   *
   * @param epsilon added to variances
   */
  public VisionTransformer withEpsilon(double epsilon) {
    return with(block.withEpsilon(epsilon));
  }

  /**
   * {@return a copy with other MLPs}
   *
   * @param mlp the second branch of the blocks
   */
  public VisionTransformer withMlp(Mlp mlp) {
    return with(block.withMlp(mlp));
  }

  /**
   * {@return a copy with another embedding}
   *
   * @param other the layers before the first block
   */
  public VisionTransformer withEmbedding(Embedding other) {
    return new VisionTransformer(geometry, block, other, attention, head, merging, tokenWindows);
  }

  /**
   * {@return a copy with other attention}
   *
   * @param other the options of the attention
   */
  public VisionTransformer withAttention(AttentionOptions other) {
    return new VisionTransformer(geometry, block, embedding, other, head, merging, tokenWindows);
  }

  /**
   * {@return a copy with another head}
   *
   * @param other the layers after the last block
   */
  public VisionTransformer withHead(ClassifierHead other) {
    return new VisionTransformer(
        geometry, block, embedding, attention, other, merging, tokenWindows);
  }

  /**
   * {@return a copy with token merging}
   *
   * @param option the options of token merging
   * @throws IllegalArgumentException if the attention does not support merging
   */
  public VisionTransformer withMerging(TokenMerging option) {
    return new VisionTransformer(geometry, block, embedding, attention, head, option, tokenWindows);
  }

  /**
   * {@return a copy with attention in equal windows}
   *
   * @param option the number of windows and the global blocks
   * @throws IllegalArgumentException if another option is incompatible with windows
   */
  public VisionTransformer withTokenWindows(TokenWindows option) {
    return new VisionTransformer(geometry, block, embedding, attention, head, merging, option);
  }

  /** {@return the number of channels of a token} */
  public int width() {
    return geometry.width();
  }

  /** {@return the number of blocks} */
  public int depth() {
    return geometry.depth();
  }

  /** {@return the number of attention heads} */
  public int heads() {
    return geometry.heads();
  }

  /** {@return the size of a patch in pixels} */
  public int patchSize() {
    return geometry.patchSize();
  }

  /** {@return the epsilon of the norms} */
  public double epsilon() {
    return block.epsilon();
  }

  /**
   * {@return the attention window of a block; 0 for the whole grid}
   *
   * @param index counted from 0
   */
  public int window(int index) {
    return block.window(index);
  }

  @Override
  public List<Stage> stages() {
    return List.of(new Stage(patchSize(), width(), depth()));
  }

  /**
   * {@inheritDoc} Incomplete patches are padded with zeros at the bottom and right, or ignored
   * ({@code embedding.whole}).
   */
  @Override
  public Features stem(Scope s, Tensor image) {
    return tokenWindows.entered(embedding.apply(s, image, this));
  }

  @Override
  public Features blocks(Scope s, Features x, int stage, int from, int to) {
    if (merging.mode() == Mode.GLOBAL) {
      return new MergingBlocks(this).apply(s, x, from, to);
    }
    if (tokenWindows.there()) {
      return new WindowedBlocks(this).apply(s, x, from, to);
    }
    AttentionPositions global = globalPositions(s, x);
    return x.with(
        s.at("blocks")
            .fold(from, to, x.tokens(), (b, t, i) -> block(i, global).apply(b, x.with(t))));
  }

  @Override
  public Tensor output(Scope s, Features x, int stage) {
    return output(s, x, stage, depth());
  }

  @Override
  public Tensor output(Scope s, Features x, int stage, int blocks) {
    return head.output(s, x, blocks == depth(), epsilon());
  }

  @Override
  public Features tokens(Scope s, Features x, int stage, int blocks) {
    return head.tokens(s, x, blocks == depth(), epsilon());
  }

  @Override
  public Tensor logits(Scope s, Features last, int classes) {
    return head.apply(s, last, classes, epsilon());
  }

  /**
   * Returns a single block.
   *
   * @param index counted from 0
   * @return the block
   * @throws IllegalArgumentException if the block shares a position table with the others
   */
  public TokenLayer block(int index) {
    require(
        attention.relative() != Relative.SHARED_TABLE,
        "a single block is not available if all blocks share a position table");
    return block(index, attention.positions(tableRows(), tableColumns()));
  }

  /** Returns a block; {@code positions} apply to attention over the whole grid. */
  TokenLayer block(int index, AttentionPositions global) {
    int window = window(index);
    VitBlock plain =
        plain(index, window == 0 ? global : attention.positions(window, window), window);
    if (block.residualBlocks().contains(index)) {
      return new ResidualBlock(plain);
    }
    return merging.mode() == Mode.PER_BLOCK && merges(index)
        ? new MergingBlock(plain, merging.cells())
        : plain;
  }

  /** Returns a block without decorators. */
  VitBlock plain(int index, AttentionPositions positions, int window) {
    return new VitBlock(
        new SelfAttention(this, positions, window),
        (s, x) -> block.mlp().apply(s, x.tokens(), geometry.hidden(), epsilon()),
        epsilon(),
        block.scale(),
        dropShare(0, index));
  }

  /** Returns whether a block attends over the whole grid and needs the grid for nothing else. */
  boolean merges(int index) {
    return window(index) == 0 && !block.residualBlocks().contains(index);
  }

  /** Returns the positions of attention over the whole grid. */
  AttentionPositions globalPositions(Scope s, Features x) {
    return attention.relative() == Relative.SHARED_TABLE
        ? attention.sharedPositions(s.at("rel_pos_bias"), x, heads(), tableRows(), tableColumns())
        : attention.positions(tableRows(), tableColumns());
  }

  /** Returns the rows of the grid that tables of relative positions were learned on. */
  private int tableRows() {
    return attention.grid() == 0 ? geometry.rows() : attention.grid();
  }

  /** Returns the columns of that grid. */
  private int tableColumns() {
    return attention.grid() == 0 ? geometry.columns() : attention.grid();
  }
}
