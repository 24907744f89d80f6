package dev.dovetail.backbones.convnext;

import static dev.dovetail.graph.nn.LayerScale.layerScale;
import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Norms.channelLayerNorm;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.backbones.Classifier;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.Stage;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Linear;
import dev.dovetail.graph.nn.Mlp;
import dev.dovetail.registry.Preset;
import java.util.List;
import java.util.stream.IntStream;

/**
 * ConvNeXt (Liu et al. 2022, "A ConvNet for the 2020s"), a convolutional counterpart of Swin.
 * Parameters have timm's names. Images and maps are cropped to whole patches, as by a convolution
 * without padding.
 *
 * @param widths channels of each stage
 * @param depths blocks of each stage
 * @param convMlp whether the checkpoint stores the MLPs as 1x1 convolutions, as timm's small
 *     variants do; the arithmetic is the same
 * @param outputNorms whether each stage's output has its own norm ({@code norm0}, …), as in the
 *     checkpoints of mmdetection and mmsegmentation
 */
public record ConvNeXt(
    List<Integer> widths, List<Integer> depths, boolean convMlp, boolean outputNorms)
    implements Classifier {

  private static final double EPSILON = 1e-6;

  /** Ratio of the hidden channels of an MLP to its width. */
  private static final int RATIO = 4;

  private static final Init WEIGHT = new Init.TruncatedNormal(0.02f);

  /**
   * @param widths channels of each stage
   * @param depths blocks of each stage
   * @param convMlp whether the checkpoint stores the MLPs as 1x1 convolutions, as timm's small
   *     variants do; the arithmetic is the same
   * @param outputNorms whether each stage's output has its own norm ({@code norm0}, …), as in the
   *     checkpoints of mmdetection and mmsegmentation
   * @throws IllegalArgumentException if widths and depths differ in length or are not positive
   */
  public ConvNeXt {
    widths = List.copyOf(widths);
    depths = List.copyOf(depths);
    if (widths.isEmpty() || widths.size() != depths.size()) {
      throw new IllegalArgumentException(
          "ConvNeXt: widths " + widths + " and depths " + depths + " differ in length");
    }
    if (widths.stream().anyMatch(w -> w < 1) || depths.stream().anyMatch(d -> d < 1)) {
      throw new IllegalArgumentException("ConvNeXt: widths and depths must be positive");
    }
  }

  /**
   * Returns the published ConvNeXt-T.
   *
   * @return the tiny model
   */
  public static ConvNeXt tiny() {
    return published(96, 9);
  }

  private static ConvNeXt published(int width, int depth) {
    return of(List.of(width, 2 * width, 4 * width, 8 * width), List.of(3, 3, depth, 3));
  }

  /**
   * {@return a model whose MLPs consist of linear layers, without output norms}
   *
   * @param widths channels of each stage
   * @param depths blocks of each stage
   */
  public static ConvNeXt of(List<Integer> widths, List<Integer> depths) {
    return new ConvNeXt(widths, depths, false, false);
  }

  /**
   * {@return a copy for checkpoints with MLPs in the specified form}
   *
   * @param value whether the MLPs consist of 1x1 convolutions
   */
  public ConvNeXt withConvMlp(boolean value) {
    return new ConvNeXt(widths, depths, value, outputNorms);
  }

  /**
   * {@return a copy with or without a norm for each stage's output}
   *
   * @param value whether the stages have such norms
   */
  public ConvNeXt withOutputNorms(boolean value) {
    return new ConvNeXt(widths, depths, convMlp, value);
  }

  /** {@return presets of the published models for images of 224x224} */
  public static List<Preset> presets() {
    String source = "ConvNeXt (Meta), timm convnext_*";
    return List.of(
        Preset.of("convnext_tiny", published(96, 9), 1000, 224, source, 28.59, 4.47),
        Preset.unverified("convnext_small", published(96, 27), 1000, 224, source),
        Preset.of("convnext_base", published(128, 27), 1000, 224, source, 88.59, 15.38),
        Preset.of("convnext_large", published(192, 27), 1000, 224, source, 197.77, 34.4));
  }

  @Override
  public List<Stage> stages() {
    return IntStream.range(0, widths.size())
        .mapToObj(i -> new Stage(4 << i, widths.get(i), depths.get(i)))
        .toList();
  }

  @Override
  public Features stem(Scope s, Tensor image) {
    s.ignoreKeys("head.*", "the classification head");
    Scope stem = s.at("stem");
    Tensor patches = Conv2d.patches(widths.get(0), 4).init(WEIGHT).apply(stem.at(0), image);
    return Features.ofMap(channelLayerNorm(stem.at(1), patches, EPSILON), 4);
  }

  @Override
  public Features blocks(Scope s, Features x, int stage, int from, int to) {
    Scope layer = s.at("stages").at(stage);
    boolean halves = from == 0 && stage > 0 && to > 0;
    Tensor map = halves ? downsample(layer.at("downsample"), x.map(), stage) : x.map();
    Tensor out =
        layer.at("blocks").fold(from, to, map, (b, y, i) -> block(b, y, dropShare(stage, i)));
    return Features.ofMap(out, 4 << stage);
  }

  private Tensor downsample(Scope s, Tensor map, int stage) {
    Tensor normed = channelLayerNorm(s.at(0), map, EPSILON);
    return Conv2d.patches(widths.get(stage), 2).init(WEIGHT).apply(s.at(1), normed);
  }

  /** A depthwise convolution and a per-pixel MLP with a residual connection. */
  private Tensor block(Scope s, Tensor x, double dropShare) {
    Tensor y = Conv2d.depthwise(x.dim(1), 7).init(WEIGHT).apply(s.at("conv_dw"), x);
    y = layerNorm(s.at("norm"), y.permute(0, 2, 3, 1), EPSILON);
    y = layerScale(s.at("gamma"), mlp(s.at("mlp"), y), new Init.Constant(1e-6f));
    return x.plus(s.dropPath(y.permute(0, 3, 1, 2), dropShare));
  }

  /** Pixels [batch, height, width, channels] to the same shape. */
  private Tensor mlp(Scope s, Tensor x) {
    int width = x.dim(3);
    return convMlp
        ? s.run(
            () -> pixelwise(s.at("fc2"), pixelwise(s.at("fc1"), x, RATIO * width).gelu(), width))
        : Mlp.mlp(s, x, RATIO * width);
  }

  /** A 1x1 convolution, computed as a linear layer. */
  private static Tensor pixelwise(Scope s, Tensor x, int out) {
    int in = x.dim(3);
    return s.run(
        () ->
            Linear.apply(
                x,
                s.weight("weight", WEIGHT, out, in, 1, 1).reshape(out, in),
                s.weight("bias", Init.zeros(), out)));
  }

  @Override
  public Tensor output(Scope s, Features x, int stage) {
    return outputNorms ? channelLayerNorm(s.at("norm" + stage), x.map(), EPSILON) : x.map();
  }

  @Override
  public Tensor logits(Scope s, Features last, int classes) {
    Scope head = s.at("head");
    Tensor features = s.tap("features", last.map());
    Tensor pooled = layerNorm(head.at("norm"), features.flatten(2, 3).mean(2, false), EPSILON);
    return classes == 0 ? pooled : linear(head.at("fc"), pooled, classes);
  }
}
