package dev.dovetail.backbones.swin;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.backbones.Classifier;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.Stage;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.RelativePositions;
import dev.dovetail.registry.Preset;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Swin (Liu et al. 2021) and Swin V2 (Liu et al. 2022): four stages, or fewer, of attention in
 * windows that every second block shifts. Parameters have timm's names. Takes images of any size:
 * they are extended with zeros at the bottom and right to whole patches.
 *
 * @param version how a block attends and where it normalises
 * @param width channels of the first stage; each further stage has twice as many
 * @param depths blocks of each stage
 * @param heads heads of each stage's attention
 * @param window rows and columns of a window
 * @param mlpRatio hidden width of the MLPs over the width
 * @param qkvBias whether the projections have a bias (V2: query and value alone)
 * @param patchSize extent of a patch in pixels
 * @param borders what happens where windows do not divide a grid
 * @param imageSize height and width in pixels of the images of the training, which say how large a
 *     window the tables of relative positions were learned for
 * @param pretrainedWindows V2: the window of each stage that the relative positions were trained
 *     with before a fine-tuning with larger ones; 0 for the window itself
 * @param outputNorms whether each stage's output has a norm of its own ({@code norm0}, …), as in
 *     the checkpoints of mmdetection and mmsegmentation
 */
public record Swin(
    Version version,
    int width,
    List<Integer> depths,
    List<Integer> heads,
    int window,
    double mlpRatio,
    boolean qkvBias,
    int patchSize,
    WindowPadding borders,
    List<Integer> imageSize,
    List<Integer> pretrainedWindows,
    boolean outputNorms)
    implements Classifier {

  static final double EPSILON = 1e-5;

  /** The generations of the architecture. */
  public enum Version {
    /** Swin (Liu et al. 2021). */
    V1,
    /** Swin V2 (Liu et al. 2022). */
    V2
  }

  /**
   * @param version how a block attends and where it normalises
   * @param width channels of the first stage; each further stage has twice as many
   * @param depths blocks of each stage
   * @param heads heads of each stage's attention
   * @param window rows and columns of a window
   * @param mlpRatio hidden width of the MLPs over the width
   * @param qkvBias whether the projections have a bias (V2: query and value alone)
   * @param patchSize extent of a patch in pixels
   * @param borders what happens where windows do not divide a grid
   * @param imageSize height and width in pixels of the images of the training, which say how large
   *     a window the tables of relative positions were learned for
   * @param pretrainedWindows V2: the window of each stage that the relative positions were trained
   *     with before a fine-tuning with larger ones; 0 for the window itself
   * @param outputNorms whether each stage's output has a norm of its own ({@code norm0}, …), as in
   *     the checkpoints of mmdetection and mmsegmentation
   * @throws IllegalArgumentException if the numbers make no model
   */
  public Swin {
    depths = List.copyOf(depths);
    heads = List.copyOf(heads);
    imageSize = List.copyOf(imageSize);
    pretrainedWindows = List.copyOf(pretrainedWindows);
    require(width > 0 && patchSize > 0 && window > 0, "width, patchSize and window are positive");
    require(!depths.isEmpty() && depths.size() == heads.size(), "depths and heads have one length");
    require(depths.stream().allMatch(d -> d > 0), "every stage has a block");
    for (int i = 0; i < heads.size(); i++) {
      require(
          heads.get(i) > 0 && (width << i) % heads.get(i) == 0,
          "the width of stage " + i + ", " + (width << i) + ", is a multiple of its heads");
    }
    int largest = patchSize << depths.size() - 1;
    require(
        imageSize.size() == 2 && imageSize.stream().allMatch(e -> e >= largest),
        "imageSize is a height and a width that have a cell in the last stage");
    require(
        pretrainedWindows.isEmpty() || pretrainedWindows.size() == depths.size(),
        "pretrainedWindows is empty or has an entry for each stage");
    require((int) (width * mlpRatio) > 0, "mlpRatio leaves the MLPs hidden channels");
  }

  private static void require(boolean fits, String what) {
    if (!fits) {
      throw new IllegalArgumentException("Swin: expected that " + what);
    }
  }

  /**
   * Swin-T as published.
   *
   * @return the tiny model
   */
  public static Swin defaults() {
    return (Swin) presets().get(0).model();
  }

  /** {@return the published models, with timm's borders} */
  public static List<Preset> presets() {
    return SwinPresets.all();
  }

  @Override
  public List<Stage> stages() {
    return IntStream.range(0, depths.size())
        .mapToObj(i -> new Stage(patchSize << i, width << i, depths.get(i)))
        .toList();
  }

  @Override
  public Features stem(Scope s, Tensor image) {
    s.ignoreKeys("norm.*", "the norm of the classification head");
    s.ignoreKeys("head.*", "the classification head");
    Tensor padded =
        image
            .pad(2, 0, Math.floorMod(-image.dim(2), patchSize), 0)
            .pad(3, 0, Math.floorMod(-image.dim(3), patchSize), 0);
    Scope embed = s.at("patch_embed");
    Init init = new Init.FanIn(image.dim(1) * patchSize * patchSize);
    Tensor map = Conv2d.patches(width, patchSize).init(init).apply(embed.at("proj"), padded);
    Features x = Features.ofMap(map, patchSize);
    return x.with(s.tap("embed", layerNorm(embed.at("norm"), x.tokens(), EPSILON)));
  }

  @Override
  public Features blocks(Scope s, Features x, int stage, int from, int to) {
    Scope layer = s.at("layers").at(stage);
    Features y = x;
    if (from == 0 && stage > 0 && to > 0) {
      y = new PatchMerging(version == Version.V1).apply(layer.at("downsample"), x);
    }
    WindowPlan plan = WindowPlan.of(this, stage, y.height(), y.width());
    SwinBlock block = new SwinBlock(attention(stage, plan), mlpRatio, version == Version.V1);
    WindowPartition[] cuts = new WindowPartition[2];
    for (int i = from; i < to; i++) {
      int shifted = i % 2;
      if (cuts[shifted] == null) {
        cuts[shifted] = new WindowPartition(layer, plan.windows(shifted == 1), borders.hidden());
      }
      Tensor in = y.tokens();
      y = y.with(layer.at("blocks").in(i, b -> block.apply(b, in, cuts[shifted])));
    }
    return y;
  }

  /** Rows (axis 0) or columns (1) that the grid of a stage had for the images of the training. */
  int trainedGrid(int stage, int axis) {
    return imageSize.get(axis) / patchSize >> stage;
  }

  private WindowAttention attention(int stage, WindowPlan plan) {
    int head = heads.get(stage);
    if (version == Version.V1) {
      WindowPlan trained = WindowPlan.of(this, stage, trainedGrid(stage, 0), trainedGrid(stage, 1));
      return new TableAttention(
          head,
          qkvBias,
          new RelativePositions(trained.height(), trained.width(), false),
          plan.height(),
          plan.width());
    }
    RelativePositions positions = new RelativePositions(plan.height(), plan.width(), false);
    int trained = pretrainedWindows.isEmpty() ? 0 : pretrainedWindows.get(stage);
    return new CosineAttention(head, qkvBias, positions, trained);
  }

  @Override
  public Tensor output(Scope s, Features x, int stage) {
    return outputNorms
        ? x.with(layerNorm(s.at("norm" + stage), x.tokens(), EPSILON)).map()
        : x.map();
  }

  @Override
  public Tensor logits(Scope s, Features last, int classes) {
    Tensor features = s.tap("features", layerNorm(s.at("norm"), last.tokens(), EPSILON));
    Tensor pooled = features.mean(1, false);
    return classes == 0 ? pooled : linear(s.at("head.fc"), pooled, classes);
  }
}
