package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.Classifier;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.Stage;
import dev.dovetail.backbones.vit.AttentionOptions.Relative;
import dev.dovetail.backbones.vit.Embedding.Positions;
import dev.dovetail.backbones.vit.Head.Pool;
import dev.dovetail.backbones.vit.TokenMerging.Mode;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.graph.nn.Mlp;
import dev.dovetail.registry.Preset;
import java.util.List;
import java.util.Optional;

/**
 * The plain vision transformer (Dosovitskiy et al. 2021) and what descends from it: DeiT, BEiT,
 * MAE, DINOv2, DINOv3, EVA-02, the encoders of ViTDet and SAM, and the transformers inside
 * ViT-CoMer and ViT-Adapter.
 *
 * @param width channels of a token
 * @param depth number of blocks
 * @param heads heads of the attention
 * @param mlpRatio hidden width of the MLPs over the width
 * @param qkvBias whether queries and values have a bias, and keys where the lineage has one
 * @param layerScale whether the blocks have a layer scale
 * @param windows attention window of each block, 0 for the whole grid; a pattern shorter than the
 *     depth repeats ({@code [14, 14, 0]} is two windowed blocks, one global, and so on)
 * @param pretrainSize height in pixels of the images of the pre-training, which gives tables of
 *     positions their grid
 * @param patchSize extent of a patch in pixels
 * @param residualBlocks the blocks that end in a convolutional bottleneck
 * @param pretrainWidth width in pixels of the images of the pre-training; 0 for squares
 * @param epsilon of the norms
 * @param lineage whose names the parameters have
 * @param mlp the second branch of the blocks
 * @param embedding what comes before the first block
 * @param attention what the attention has beside queries, keys and values
 * @param head what comes after the last block
 * @param merging whether similar tokens are merged on the way
 */
public record VisionTransformer(
    int width,
    int depth,
    int heads,
    double mlpRatio,
    boolean qkvBias,
    boolean layerScale,
    List<Integer> windows,
    int pretrainSize,
    int patchSize,
    List<Integer> residualBlocks,
    int pretrainWidth,
    double epsilon,
    Lineage lineage,
    Mlp mlp,
    Embedding embedding,
    AttentionOptions attention,
    Head head,
    TokenMerging merging)
    implements Classifier {

  /**
   * @param width channels of a token
   * @param depth number of blocks
   * @param heads heads of the attention
   * @param mlpRatio hidden width of the MLPs over the width
   * @param qkvBias whether queries and values have a bias, and keys where the lineage has one
   * @param layerScale whether the blocks have a layer scale
   * @param windows attention window of each block, 0 for the whole grid; a pattern shorter than the
   *     depth repeats ({@code [14, 14, 0]} is two windowed blocks, one global, and so on)
   * @param pretrainSize height in pixels of the images of the pre-training, which gives tables of
   *     positions their grid
   * @param patchSize extent of a patch in pixels
   * @param residualBlocks the blocks that end in a convolutional bottleneck
   * @param pretrainWidth width in pixels of the images of the pre-training; 0 for squares
   * @param epsilon of the norms
   * @param lineage whose names the parameters have
   * @param mlp the second branch of the blocks
   * @param embedding what comes before the first block
   * @param attention what the attention has beside queries, keys and values
   * @param head what comes after the last block
   * @param merging whether similar tokens are merged on the way
   * @throws IllegalArgumentException if the numbers make no model
   */
  public VisionTransformer {
    require(
        width > 0 && depth > 0 && heads > 0 && patchSize > 0,
        "width, depth, heads and patchSize must be positive");
    require(width % heads == 0, "width " + width + " is not a multiple of heads " + heads);
    require(
        (int) (width * mlpRatio) > 0,
        "mlpRatio " + mlpRatio + " leaves the MLPs without hidden channels");
    windows = List.copyOf(windows);
    require(
        !windows.isEmpty() && depth % windows.size() == 0,
        "windows has " + windows.size() + " entries, which do not repeat to the depth of " + depth);
    require(windows.stream().allMatch(w -> w >= 0), "windows " + windows + " has a negative entry");
    residualBlocks = List.copyOf(residualBlocks);
    for (int block : residualBlocks) {
      require(
          block >= 0 && block < depth,
          "residualBlocks names block " + block + ", there are 0 to " + (depth - 1));
    }
    boolean tables =
        attention.relative() != Relative.NONE && attention.grid() == 0 && windows.contains(0);
    require(
        pretrainSize >= patchSize || embedding.positions() != Positions.LEARNED && !tables,
        "pretrainSize " + pretrainSize + " is below a patch of " + patchSize);
    boolean turned = attention.rotary().kind() != Rotary.Kind.NONE;
    require(
        !turned || width / heads % 4 == 0,
        "rotary positions need heads of a multiple of 4 channels, and they have " + width / heads);
    require(
        !(turned || attention.relative() == Relative.SHARED_TABLE)
            || windows.stream().allMatch(w -> w == 0),
        "rotary positions and shared tables are for attention over the whole grid");
    require(
        head.pool() == Pool.MEAN || embedding.classToken(),
        "head.pool " + head.pool() + " needs a class token");
    require(
        head.pool() != Pool.CLASS_AND_DISTILLATION || embedding.distillationToken(),
        "head.pool " + head.pool() + " needs a distillation token");
    require(
        merging.mode() == Mode.NONE || !turned && attention.relative() == Relative.NONE,
        "merging is for attention without relative or rotary positions: a merged token has none");
  }

  /**
   * A transformer that merges no tokens.
   *
   * @param width channels of a token
   * @param depth number of blocks
   * @param heads heads of the attention
   * @param mlpRatio hidden width of the MLPs over the width
   * @param qkvBias whether queries and values have a bias, and keys where the lineage has one
   * @param layerScale whether the blocks have a layer scale
   * @param windows attention window of each block, 0 for the whole grid; a pattern shorter than the
   *     depth repeats ({@code [14, 14, 0]} is two windowed blocks, one global, and so on)
   * @param pretrainSize height in pixels of the images of the pre-training, which gives tables of
   *     positions their grid
   * @param patchSize extent of a patch in pixels
   * @param residualBlocks the blocks that end in a convolutional bottleneck
   * @param pretrainWidth width in pixels of the images of the pre-training; 0 for squares
   * @param epsilon of the norms
   * @param lineage whose names the parameters have
   * @param mlp the second branch of the blocks
   * @param embedding what comes before the first block
   * @param attention what the attention has beside queries, keys and values
   * @param head what comes after the last block
   * @throws IllegalArgumentException if the numbers make no model
   */
  public VisionTransformer(
      int width,
      int depth,
      int heads,
      double mlpRatio,
      boolean qkvBias,
      boolean layerScale,
      List<Integer> windows,
      int pretrainSize,
      int patchSize,
      List<Integer> residualBlocks,
      int pretrainWidth,
      double epsilon,
      Lineage lineage,
      Mlp mlp,
      Embedding embedding,
      AttentionOptions attention,
      Head head) {
    this(
        width,
        depth,
        heads,
        mlpRatio,
        qkvBias,
        layerScale,
        windows,
        pretrainSize,
        patchSize,
        residualBlocks,
        pretrainWidth,
        epsilon,
        lineage,
        mlp,
        embedding,
        attention,
        head,
        TokenMerging.none());
  }

  /**
   * {@return the same transformer, with tokens merged on the way}
   *
   * @param option how tokens are merged
   * @throws IllegalArgumentException if its attention does not allow that
   */
  public VisionTransformer merging(TokenMerging option) {
    return new VisionTransformer(
        width,
        depth,
        heads,
        mlpRatio,
        qkvBias,
        layerScale,
        windows,
        pretrainSize,
        patchSize,
        residualBlocks,
        pretrainWidth,
        epsilon,
        lineage,
        mlp,
        embedding,
        attention,
        head,
        option);
  }

  /**
   * The transformer of ViT-CoMer and ViT-Adapter: no class token, no norm after the last block.
   *
   * @param width channels of a token
   * @param depth number of blocks
   * @param heads heads of the attention
   * @param mlpRatio hidden width of the MLPs over the width
   * @param qkvBias whether queries and values have a bias, and keys where the lineage has one
   * @param layerScale whether the blocks have a layer scale
   * @param windows attention window of each block, 0 for the whole grid; a pattern shorter than the
   *     depth repeats ({@code [14, 14, 0]} is two windowed blocks, one global, and so on)
   * @param pretrainSize height in pixels of the images of the pre-training, which gives tables of
   *     positions their grid
   * @param patchSize extent of a patch in pixels
   * @param residualBlocks the blocks that end in a convolutional bottleneck
   * @throws IllegalArgumentException if the numbers make no model
   */
  public VisionTransformer(
      int width,
      int depth,
      int heads,
      double mlpRatio,
      boolean qkvBias,
      boolean layerScale,
      List<Integer> windows,
      int pretrainSize,
      int patchSize,
      List<Integer> residualBlocks) {
    this(
        width,
        depth,
        heads,
        mlpRatio,
        qkvBias,
        layerScale,
        windows,
        pretrainSize,
        patchSize,
        residualBlocks,
        0,
        1e-6,
        Lineage.VIT,
        Mlp.GELU,
        Embedding.comer(),
        AttentionOptions.plain(),
        Head.ofMean(Head.Norm.NONE));
  }

  /**
   * ViT-CoMer's at the base size, with global attention and the position grid of 224 pixels.
   *
   * @return the transformer
   */
  public static VisionTransformer defaults() {
    return new VisionTransformer(768, 12, 12, 4, true, true, List.of(0), 224, 16, List.of());
  }

  /**
   * BEiT (Bao et al. 2022) as the Co-DETR branch of ViT-CoMer and ViT-Adapter's detector have it:
   * windowed attention with relative position bias, no class token, patches of 16 pixels.
   *
   * @param width channels of a token
   * @param depth number of blocks
   * @param heads of the attention
   * @param mlpRatio hidden channels of the MLP over width
   * @param qkvBias whether queries, keys and values have a bias
   * @param layerScale whether branches have a learned scale
   * @param windows of the attention of each block, 0 for the whole grid; a shorter list repeats
   * @param pretrainSize extent in pixels of the images of the pre-training, which gives the
   *     position embedding its grid; 0 for none, as the published models have it
   * @return the transformer
   * @throws IllegalArgumentException if the numbers make no model
   */
  public static VisionTransformer beit(
      int width,
      int depth,
      int heads,
      double mlpRatio,
      boolean qkvBias,
      boolean layerScale,
      List<Integer> windows,
      int pretrainSize) {
    Positions positions = pretrainSize == 0 ? Positions.NONE : Positions.LEARNED;
    return new VisionTransformer(
        width,
        depth,
        heads,
        mlpRatio,
        qkvBias,
        layerScale,
        windows,
        pretrainSize,
        16,
        List.of(),
        0,
        1e-6,
        Lineage.BEIT,
        Mlp.GELU,
        Embedding.ofTokens(0, 0, positions, 0, Interpolation.BICUBIC),
        AttentionOptions.of(Relative.TABLE, Rotary.none()),
        Head.ofMean(Head.Norm.NONE));
  }

  /** {@return the large size of the published Co-DETR model} */
  public static VisionTransformer beitDefaults() {
    return beit(1024, 24, 16, 4, true, true, List.of(14, 14, 14, 14, 14, 56), 0);
  }

  /** {@return the published variants} */
  public static List<Preset> presets() {
    return VitPresets.all();
  }

  private static void require(boolean right, String otherwise) {
    if (!right) {
      throw new IllegalArgumentException("VisionTransformer: " + otherwise);
    }
  }

  @Override
  public List<Stage> stages() {
    return List.of(new Stage(patchSize, width, depth));
  }

  /**
   * {@inheritDoc}
   *
   * <p>An image that patches do not divide is extended with zeros at the bottom and right, so that
   * the grid has {@code ceil(height / patchSize)} rows.
   */
  @Override
  public Features stem(Scope s, Tensor image) {
    return embedding.apply(s, image, this);
  }

  @Override
  public Features blocks(Scope s, Features x, int stage, int from, int to) {
    if (merging.mode() == Mode.GLOBAL) {
      return blocksThatMerge(s, x, from, to);
    }
    Optional<Tensor> sharedBias = SelfAttention.sharedBias(s, this, x);
    Features y = x;
    for (int i = from; i < to; i++) {
      VitBlock block = block(i);
      Features in = y;
      y = y.with(s.at("blocks").in(i, b -> block.apply(b, in, sharedBias)));
    }
    return y;
  }

  /** Merged tokens stay merged from block to block, except where one needs the grid. */
  private Features blocksThatMerge(Scope s, Features x, int from, int to) {
    List<Integer> schedule = merging.schedule(depth);
    MergedTokens tokens = MergedTokens.of(x.tokens());
    for (int i = from; i < to; i++) {
      VitBlock block = block(i);
      int count = schedule.get(i);
      MergedTokens in = tokens;
      tokens =
          s.at("blocks")
              .in(
                  i,
                  b ->
                      block.merges()
                          ? block.apply(b, in, count, x.prefix())
                          : MergedTokens.of(block.apply(b, x.with(in.restored()))));
    }
    s.tap("merged", tokens.tokens());
    tokens.owners().ifPresent(owners -> s.tap("owners", owners));
    return x.with(tokens.restored());
  }

  @Override
  public Tensor logits(Scope s, Features last, int classes) {
    return head.apply(s, last, classes, epsilon);
  }

  /**
   * Block {@code index} by itself.
   *
   * @param index counted from 0
   * @return the block
   */
  public VitBlock block(int index) {
    return new VitBlock(this, index);
  }

  /**
   * {@return the attention window of a block; 0 for the whole grid}
   *
   * @param index counted from 0
   */
  public int window(int index) {
    return windows.get(index % windows.size());
  }

  /** Hidden width of the MLPs; a ratio such as 4096 / 1536 is not exact. */
  int hidden() {
    return (int) (width * mlpRatio + 1e-6);
  }

  /** Rows of the grid of the pre-training. */
  int rows() {
    return pretrainSize / patchSize;
  }

  /** Columns of the grid of the pre-training. */
  int columns() {
    return (pretrainWidth == 0 ? pretrainSize : pretrainWidth) / patchSize;
  }

  /** Rows of the grid that tables of relative positions were learned on. */
  int tableRows() {
    return attention.grid() == 0 ? rows() : attention.grid();
  }

  /** Columns of that grid. */
  int tableColumns() {
    return attention.grid() == 0 ? columns() : attention.grid();
  }
}
