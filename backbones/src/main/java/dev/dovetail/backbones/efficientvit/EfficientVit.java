package dev.dovetail.backbones.efficientvit;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Linear.linearWithoutBias;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.backbones.Classifier;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.Stage;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.registry.Preset;
import java.util.List;
import java.util.stream.IntStream;

/**
 * EfficientViT (Cai et al. 2023, "EfficientViT: Multi-Scale Linear Attention for High-Resolution
 * Dense Prediction") under timm's names: convolutional stages followed by stages with linear
 * attention.
 *
 * @param large whether it is an L variant, with denser convolutions and attention in the last stage
 *     only
 * @param widths channels of the stem (stride 2) and of strides 4, 8, 16, 32
 * @param depths blocks of the stem and the stages, without the downsampling block of stages with
 *     attention and of all stages of an L variant
 * @param headWidth channels of an attention head
 * @param classifierWidths channels of the two hidden layers of the classifier
 */
public record EfficientVit(
    boolean large,
    List<Integer> widths,
    List<Integer> depths,
    int headWidth,
    List<Integer> classifierWidths)
    implements Classifier {

  /**
   * @param large whether it is an L variant, with denser convolutions and attention in the last
   *     stage only
   * @param widths channels of the stem (stride 2) and of strides 4, 8, 16, 32
   * @param depths blocks of the stem and the stages, without the downsampling block of stages with
   *     attention and of all stages of an L variant
   * @param headWidth channels of an attention head
   * @param classifierWidths channels of the two hidden layers of the classifier
   * @throws IllegalArgumentException if the lists do not have five, five and two positive numbers,
   *     or headWidth does not divide the width of a stage with attention
   */
  public EfficientVit {
    widths = List.copyOf(widths);
    depths = List.copyOf(depths);
    classifierWidths = List.copyOf(classifierWidths);
    if (!positive(widths, 5) || !positive(depths, 5) || !positive(classifierWidths, 2)) {
      throw new IllegalArgumentException(
          "EfficientVit: widths "
              + widths
              + " and depths "
              + depths
              + " must be five positive numbers each, classifierWidths "
              + classifierWidths
              + " two");
    }
    for (int i = large ? 4 : 3; i < 5; i++) {
      if (headWidth < 1 || widths.get(i) % headWidth != 0) {
        throw new IllegalArgumentException(
            "EfficientVit: width "
                + widths.get(i)
                + " is not a multiple of headWidth "
                + headWidth);
      }
    }
  }

  private static boolean positive(List<Integer> numbers, int count) {
    return numbers.size() == count && numbers.stream().allMatch(n -> n > 0);
  }

  /** {@return the published B1} */
  public static EfficientVit b1() {
    return small(List.of(16, 32, 64, 128, 256), List.of(1, 2, 3, 3, 4), 16, List.of(1536, 1600));
  }

  /** {@return presets of the published models for images of 224x224} */
  public static List<Preset> presets() {
    EfficientVit b0 =
        small(List.of(8, 16, 32, 64, 128), List.of(1, 2, 2, 2, 2), 16, List.of(1024, 1280));
    EfficientVit b2 =
        small(List.of(24, 48, 96, 192, 384), List.of(1, 3, 4, 4, 6), 32, List.of(2304, 2560));
    EfficientVit b3 =
        small(List.of(32, 64, 128, 256, 512), List.of(1, 4, 6, 6, 9), 32, List.of(2304, 2560));
    List<Integer> widths = List.of(32, 64, 128, 256, 512);
    List<Integer> classifier = List.of(3072, 3200);
    EfficientVit l1 = large(widths, List.of(1, 1, 1, 6, 6), classifier);
    EfficientVit l2 = large(widths, List.of(1, 2, 2, 8, 8), classifier);
    EfficientVit l3 =
        large(List.of(64, 128, 256, 512, 1024), List.of(1, 2, 2, 8, 8), List.of(6144, 6400));
    return List.of(
        preset("b0", b0, 3.41, 0.10),
        preset("b1", b1(), 9.10, 0.53),
        preset("b2", b2, 24.33, 1.60),
        preset("b3", b3, 48.65, 3.99),
        preset("l1", l1, 52.65, 5.27),
        preset("l2", l2, 63.71, 6.97),
        preset("l3", l3, 246.04, 27.62));
  }

  private static Preset preset(
      String suffix, EfficientVit backbone, double parameters, double macs) {
    String name = "efficientvit_" + suffix;
    return Preset.of(name, backbone, 1000, 224, "timm " + name, parameters, macs);
  }

  private static EfficientVit small(
      List<Integer> widths, List<Integer> depths, int headWidth, List<Integer> classifierWidths) {
    return new EfficientVit(false, widths, depths, headWidth, classifierWidths);
  }

  private static EfficientVit large(
      List<Integer> widths, List<Integer> depths, List<Integer> classifierWidths) {
    return new EfficientVit(true, widths, depths, 32, classifierWidths);
  }

  private Layers layers() {
    return new Layers(large);
  }

  /** Returns whether the blocks of a stage after the first have attention. */
  private boolean attends(int stage) {
    return stage >= (large ? 3 : 2);
  }

  @Override
  public List<Stage> stages() {
    return IntStream.range(0, 4)
        .mapToObj(
            i ->
                new Stage(
                    4 << i, widths.get(i + 1), depths.get(i + 1) + (large || attends(i) ? 1 : 0)))
        .toList();
  }

  @Override
  public Features stem(Scope s, Tensor image) {
    Scope stem = s.at("stem");
    int width = widths.get(0);
    Conv2d first = Conv2d.of(width, 3).stride(2);
    Tensor x = layers().convActivation(stem.at("in_conv"), image, first, true);
    for (int i = 0; i < depths.get(0); i++) {
      Scope main = stem.at("res" + i + ".main");
      x = x.plus(large ? layers().plain(main, x, width) : layers().separable(main, x, width));
    }
    return Features.ofMap(x, 2);
  }

  @Override
  public Features blocks(Scope s, Features x, int stage, int from, int to) {
    Scope blocks = s.at("stages").at(stage).at("blocks");
    Tensor out = blocks.fold(from, to, x.map(), (b, y, i) -> block(b, y, stage, i));
    return Features.ofMap(out, 4 << stage);
  }

  private Tensor block(Scope s, Tensor x, int stage, int index) {
    if (index == 0) {
      return halved(s.at("main"), x, stage);
    }
    if (attends(stage)) {
      return attention(s, x, stage, index);
    }
    return x.plus(s.dropPath(local(s.at("main"), x, stage), dropShare(stage, index)));
  }

  /**
   * {@inheritDoc}
   *
   * <p>As in the training of the published models, downsampling blocks have no branch, drop path
   * includes the first branch, and a block with attention counts as two branches.
   *
   * @return the fraction of the last branch of the block
   */
  @Override
  public double dropShare(int stage, int block) {
    int before =
        IntStream.range(0, stage).map(i -> branches(i, stages().get(i).blocks() - 1)).sum();
    int all = IntStream.range(0, 4).map(i -> branches(i, stages().get(i).blocks() - 1)).sum();
    return (double) (before + branches(stage, block)) / all;
  }

  /** Returns the number of branches in the blocks of a stage after the first. */
  private int branches(int stage, int blocks) {
    return attends(stage) ? 2 * blocks : blocks;
  }

  private Tensor halved(Scope s, Tensor x, int stage) {
    int out = widths.get(stage + 1);
    if (!large) {
      return layers().inverted(s, x, out, 2, 4, !attends(stage));
    }
    return stage < 2
        ? layers().fused(s, x, out, 2, 16)
        : layers().inverted(s, x, out, 2, attends(stage) ? 24 : 16, false);
  }

  private Tensor local(Scope s, Tensor x, int stage) {
    int width = x.dim(1);
    boolean fused = large && stage < 2;
    return fused ? layers().fused(s, x, width, 1, 4) : layers().inverted(s, x, width, 1, 4, !large);
  }

  private Tensor attention(Scope s, Tensor in, int stage, int index) {
    LinearAttention attention = new LinearAttention(layers(), headWidth);
    int expansion = large ? 6 : 4;
    double share = dropShare(stage, index);
    double first = (dropShare(stage, index - 1) + share) / 2;
    Tensor context = attention.apply(s.at("context_module.main"), in);
    Tensor x = in.plus(s.dropPath(context, first));
    Tensor local = layers().inverted(s.at("local_module.main"), x, x.dim(1), 1, expansion, false);
    return x.plus(s.dropPath(local, share));
  }

  @Override
  public Tensor logits(Scope s, Features last, int classes) {
    Scope head = s.at("head");
    Scope in = head.at("in_conv");
    Conv2d wide = Conv2d.of(classifierWidths.get(0), 1).withoutBias();
    // timm uses its default epsilon for this norm, even in the L variants.
    Tensor x = Norms.batchNorm(in.at("norm"), wide.apply(in.at("conv"), last.map()));
    x = s.tap("features", layers().activate(x)).flatten(2, 3).mean(2, false);
    Scope layer = head.at("classifier");
    x = linearWithoutBias(layer.at(0), x, classifierWidths.get(1));
    x = layers().activate(layerNorm(layer.at(1), x, layers().epsilon()));
    return classes == 0 ? x : linear(layer.at(4), x, classes);
  }
}
