package dev.dovetail.backbones.swin;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.backbones.Classifier;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.Stage;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.ShiftedWindows;
import dev.dovetail.graph.nn.WindowPartition;
import dev.dovetail.registry.Preset;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Swin (Liu et al. 2021) and Swin V2 (Liu et al. 2022): up to four stages of attention in windows,
 * which every second block shifts. Parameters have timm's names. Images may have any size: they are
 * padded with zeros at the bottom and right to whole patches.
 *
 * @param version the type of attention and the place of the norms
 * @param size widths, depths and heads
 * @param windows the windows of the attention
 * @param patches the patches that become tokens
 * @param mlpRatio ratio of the hidden width of the MLPs to the width
 * @param qkvBias whether the projections have a bias (V2: query and value only)
 * @param outputNorms whether each stage's output has its own norm ({@code norm0}, …), as in the
 *     checkpoints of mmdetection and mmsegmentation
 */
public record Swin(
    Version version,
    @JsonUnwrapped Size size,
    @JsonUnwrapped Windows windows,
    @JsonUnwrapped Patches patches,
    double mlpRatio,
    boolean qkvBias,
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
   * The sizes of the stages.
   *
   * @param width channels of the first stage, which double with each further stage
   * @param depths blocks of each stage
   * @param heads heads of each stage's attention
   */
  public record Size(int width, List<Integer> depths, List<Integer> heads) {

    /**
     * @param width channels of the first stage, which double with each further stage
     * @param depths blocks of each stage
     * @param heads heads of each stage's attention
     * @throws IllegalArgumentException if a stage lacks blocks or heads, or its width is not a
     *     multiple of its heads
     */
    public Size {
      depths = List.copyOf(depths);
      heads = List.copyOf(heads);
      require(width > 0, "a positive width");
      require(
          !depths.isEmpty() && depths.size() == heads.size(),
          "depths and heads of the same length");
      require(depths.stream().allMatch(d -> d > 0), "at least one block in every stage");
      for (int i = 0; i < heads.size(); i++) {
        require(
            heads.get(i) > 0 && (width << i) % heads.get(i) == 0,
            "the width of stage " + i + ", " + (width << i) + ", to be a multiple of its heads");
      }
    }
  }

  /**
   * The windows of all stages.
   *
   * @param window rows and columns of a window
   * @param borders the treatment of grids that windows do not divide
   * @param pretrainedWindows V2: the window of each stage in the pre-training, if the model was
   *     fine-tuned with larger windows; 0 for {@code window}, an empty list for {@code window} in
   *     all stages
   */
  public record Windows(int window, WindowPadding borders, List<Integer> pretrainedWindows) {

    /**
     * @param window rows and columns of a window
     * @param borders the treatment of grids that windows do not divide
     * @param pretrainedWindows V2: the window of each stage in the pre-training, if the model was
     *     fine-tuned with larger windows; 0 for {@code window}, an empty list for {@code window} in
     *     all stages
     * @throws IllegalArgumentException if the window is not positive
     */
    public Windows {
      pretrainedWindows = List.copyOf(pretrainedWindows);
      require(window > 0, "a positive window");
    }
  }

  /**
   * The patch embedding.
   *
   * @param patchSize rows and columns of a patch in pixels
   * @param imageSize height and width of the training images in pixels, which determine the window
   *     size of the tables of relative positions
   */
  public record Patches(int patchSize, List<Integer> imageSize) {

    /**
     * @param patchSize rows and columns of a patch in pixels
     * @param imageSize height and width of the training images in pixels
     * @throws IllegalArgumentException if {@code patchSize} is not positive or {@code imageSize}
     *     does not have two elements
     */
    public Patches {
      imageSize = List.copyOf(imageSize);
      require(patchSize > 0, "a positive patchSize");
      require(imageSize.size() == 2, "a height and a width as imageSize");
    }
  }

  /**
   * @param version the type of attention and the place of the norms
   * @param size widths, depths and heads
   * @param windows the windows of the attention
   * @param patches the patches that become tokens
   * @param mlpRatio ratio of the hidden width of the MLPs to the width
   * @param qkvBias whether the projections have a bias (V2: query and value only)
   * @param outputNorms whether each stage's output has its own norm
   * @throws IllegalArgumentException if the training images are too small for the last stage, a
   *     stage has no element in pretrainedWindows, or the MLPs have no hidden channels
   */
  public Swin {
    int stages = size.depths().size();
    int largest = patches.patchSize() << stages - 1;
    require(
        patches.imageSize().stream().allMatch(e -> e >= largest),
        "an imageSize that has at least one cell in the last stage");
    List<Integer> pretrained = windows.pretrainedWindows();
    require(
        pretrained.isEmpty() || pretrained.size() == stages,
        "pretrainedWindows to be empty or to have one element for each stage");
    require((int) (size.width() * mlpRatio) > 0, "an mlpRatio that gives the MLPs hidden channels");
  }

  private static void require(boolean fits, String what) {
    if (!fits) {
      throw new IllegalArgumentException("Swin: expected " + what);
    }
  }

  /**
   * Creates a model with default MLPs and biases and without output norms.
   *
   * @param version the type of attention and the place of the norms
   * @param size widths, depths and heads
   * @param windows the windows of the attention
   * @param patches the patches that become tokens
   * @return the model
   */
  public static Swin of(Version version, Size size, Windows windows, Patches patches) {
    return new Swin(version, size, windows, patches, 4, true, false);
  }

  /**
   * Returns the published Swin-T.
   *
   * @return the tiny model
   */
  public static Swin tiny() {
    return SwinPresets.tiny();
  }

  /**
   * {@return a copy with another window}
   *
   * @param window rows and columns of a window
   */
  public Swin withWindow(int window) {
    return withWindows(new Windows(window, windows.borders(), windows.pretrainedWindows()));
  }

  /**
   * {@return a copy with other windows}
   *
   * @param value the windows
   */
  public Swin withWindows(Windows value) {
    return new Swin(version, size, value, patches, mlpRatio, qkvBias, outputNorms);
  }

  /**
   * {@return a copy with other MLPs}
   *
   * @param value ratio of the hidden width to the width
   */
  public Swin withMlpRatio(double value) {
    return new Swin(version, size, windows, patches, value, qkvBias, outputNorms);
  }

  /**
   * {@return a copy with or without biases in its projections}
   *
   * @param value whether the model has them
   */
  public Swin withQkvBias(boolean value) {
    return new Swin(version, size, windows, patches, mlpRatio, value, outputNorms);
  }

  /**
   * {@return a copy with or without a norm for each stage's output}
   *
   * @param value whether the model has them
   */
  public Swin withOutputNorms(boolean value) {
    return new Swin(version, size, windows, patches, mlpRatio, qkvBias, value);
  }

  /** {@return presets of the published models, with timm's border treatment} */
  public static List<Preset> presets() {
    return SwinPresets.all();
  }

  @Override
  public List<Stage> stages() {
    return IntStream.range(0, size.depths().size())
        .mapToObj(i -> new Stage(patches.patchSize() << i, size.width() << i, size.depths().get(i)))
        .toList();
  }

  @Override
  public Features stem(Scope s, Tensor image) {
    s.ignoreKeys("norm.*", "the norm of the classification head");
    s.ignoreKeys("head.*", "the classification head");
    int patch = patches.patchSize();
    Tensor padded =
        image
            .pad(2, 0, Math.floorMod(-image.dim(2), patch), 0)
            .pad(3, 0, Math.floorMod(-image.dim(3), patch), 0);
    Scope embed = s.at("patch_embed");
    Conv2d conv =
        Conv2d.patches(size.width(), patch).init(new Init.FanIn(image.dim(1) * patch * patch));
    Features x = Features.ofMap(conv.apply(embed.at("proj"), padded), patch);
    return x.with(s.tap("embed", layerNorm(embed.at("norm"), x.tokens(), EPSILON)));
  }

  @Override
  public Features blocks(Scope s, Features x, int stage, int from, int to) {
    Scope layer = s.at("layers").at(stage);
    boolean halves = from == 0 && stage > 0 && to > 0;
    Features y = halves ? new PatchMerging(normFirst()).apply(layer.at("downsample"), x) : x;
    ShiftedWindows windows = windows(stage, new Extent(y.height(), y.width()));
    WindowPartition plain = partition(layer, windows.unshifted());
    WindowPartition shifted = partition(layer, windows);
    WindowAttention attention = attention(stage, windows.window());
    Scope.Layer<Tensor> run =
        (b, t, i) ->
            new SwinBlock(attention, mlpRatio, normFirst(), dropShare(stage, i))
                .apply(b, t, i % 2 == 0 ? plain : shifted);
    return y.with(layer.at("blocks").fold(from, to, y.tokens(), run));
  }

  private boolean normFirst() {
    return version == Version.V1;
  }

  private WindowPartition partition(Scope s, ShiftedWindows some) {
    return new WindowPartition(s, some, windows.borders().hidden());
  }

  /** Returns the windows of a stage, shifted as in every second block. */
  private ShiftedWindows windows(int stage, Extent grid) {
    return windows.borders().windows(grid, trainedGrid(stage), windows.window());
  }

  /** Returns the grid of a stage for the training images. */
  private Extent trainedGrid(int stage) {
    int patch = patches.patchSize();
    return new Extent(
        patches.imageSize().get(0) / patch >> stage, patches.imageSize().get(1) / patch >> stage);
  }

  private WindowAttention attention(int stage, Extent window) {
    int heads = size.heads().get(stage);
    if (version == Version.V1) {
      Extent trained = windows(stage, trainedGrid(stage)).window();
      return new TableAttention(heads, qkvBias, trained, window);
    }
    List<Integer> pretrained = windows.pretrainedWindows();
    return new CosineAttention(
        heads, qkvBias, window, pretrained.isEmpty() ? 0 : pretrained.get(stage));
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
