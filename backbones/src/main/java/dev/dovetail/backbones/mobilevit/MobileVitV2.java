package dev.dovetail.backbones.mobilevit;

import static dev.dovetail.graph.nn.Activations.silu;
import static dev.dovetail.graph.nn.Linear.linear;

import dev.dovetail.backbones.Classifier;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.Stage;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.registry.Preset;
import java.util.List;

/**
 * MobileViTv2 (Mehta and Rastegari 2022, "Separable Self-attention for Mobile Vision Transformers")
 * with timm's names: inverted residuals and, from stride 8 on, transformers with attention of
 * linear cost.
 *
 * <p>Stage {@code i} here is timm's {@code stages.(i + 1)}; timm's stage 0, of stride 2, is part of
 * the stem and is tapped as {@code stages.0}. From stride 8 on, maps have an even number of rows
 * and columns. As in timm, other maps are resized and not resized back.
 *
 * @param multiplier factor of the paper's widths, 0.5 to 2 in the published models
 * @param depths transformer blocks at strides 8, 16 and 32
 */
public record MobileVitV2(double multiplier, List<Integer> depths) implements Classifier {

  private static final List<Integer> CHANNELS = List.of(64, 128, 256, 384, 512);

  /**
   * @param multiplier factor of the paper's widths, 0.5 to 2 in the published models
   * @param depths transformer blocks at strides 8, 16 and 32
   * @throws IllegalArgumentException if the multiplier is out of range, or {@code depths} does not
   *     have three positive numbers
   */
  public MobileVitV2 {
    depths = List.copyOf(depths);
    if (!(multiplier * CHANNELS.get(0) >= 2) || multiplier > 64) {
      throw new IllegalArgumentException(
          "MobileVitV2: multiplier is " + multiplier + ", expected a number from 0.03125 to 64");
    }
    if (depths.size() != 3 || depths.stream().anyMatch(d -> d < 1)) {
      throw new IllegalArgumentException(
          "MobileVitV2: depths is " + depths + ", expected three positive numbers");
    }
  }

  /**
   * {@return a published model}
   *
   * @param multiplier factor of the widths, 0.5 to 2
   */
  public static MobileVitV2 of(double multiplier) {
    return new MobileVitV2(multiplier, List.of(2, 4, 3));
  }

  /** {@return presets of the published models for images of 256x256} */
  public static List<Preset> presets() {
    return List.of(
        preset("050", 0.5, 1.37, 0.48),
        preset("075", 0.75, 2.87, 1.05),
        preset("100", 1, 4.90, 1.84),
        preset("125", 1.25, 7.48, 2.86),
        preset("150", 1.5, 10.59, 4.09),
        preset("175", 1.75, 14.25, 5.54),
        preset("200", 2, 18.45, 7.22));
  }

  private static Preset preset(String suffix, double multiplier, double parameters, double macs) {
    String name = "mobilevitv2_" + suffix;
    return Preset.of(name, of(multiplier), 1000, 256, "timm " + name, parameters, macs);
  }

  private int channels(int stage) {
    return (int) (CHANNELS.get(stage) * multiplier);
  }

  @Override
  public List<Stage> stages() {
    return List.of(
        new Stage(4, channels(1), 2),
        new Stage(8, channels(2), 2),
        new Stage(16, channels(3), 2),
        new Stage(32, channels(4), 2));
  }

  /**
   * {@inheritDoc}
   *
   * <p>timm's stage 0, which is part of the stem, is the first block. Downsampling blocks have no
   * branch, and the branches of a transformer have the fraction of its block.
   */
  @Override
  public double dropShare(int stage, int block) {
    return (1.0 + 2 * stage + block) / (2 * stages().size());
  }

  @Override
  public Features stem(Scope s, Tensor image) {
    Conv2d conv = Conv2d.of((int) (32 * multiplier), 3).stride(2);
    Tensor x = silu(convNorm(s.at("stem"), image, conv));
    Tensor y = s.in("stages.0", b -> invertedResidual(b.at(0), x, channels(0), 1, 0));
    return Features.ofMap(y, 2);
  }

  @Override
  public Features blocks(Scope s, Features x, int stage, int from, int to) {
    Scope blocks = s.at("stages").at(stage + 1);
    int channels = channels(stage + 1);
    Tensor out =
        blocks.fold(
            from,
            to,
            x.map(),
            (b, y, i) ->
                i == 1 && stage > 0
                    ? new SeparableBlock(depths.get(stage - 1), dropShare(stage, i)).apply(b, y)
                    : invertedResidual(b, y, channels, i == 0 ? 2 : 1, dropShare(stage, i)));
    return Features.ofMap(out, 4 << stage);
  }

  /**
   * {@inheritDoc}
   *
   * <p>There is no final norm: {@code features} is the output of the last stage.
   */
  @Override
  public Tensor logits(Scope s, Features last, int classes) {
    Tensor pooled = s.tap("features", last.map()).flatten(2, 3).mean(2, false);
    return classes == 0 ? pooled : linear(s.at("head.fc"), pooled, classes);
  }

  /** MobileNetV2's block: expand twofold, filter each channel, project. */
  private static Tensor invertedResidual(Scope s, Tensor x, int out, int stride, double dropShare) {
    return s.run(
        () -> {
          int hidden = SeparableBlock.divisible(2.0 * x.dim(1));
          Tensor y = silu(convNorm(s.at("conv1_1x1"), x, Conv2d.of(hidden, 1)));
          y = silu(convNorm(s.at("conv2_kxk"), y, Conv2d.depthwise(hidden, 3).stride(stride)));
          y = convNorm(s.at("conv3_1x1"), y, Conv2d.of(out, 1));
          return stride == 1 && x.dim(1) == out ? x.plus(s.dropPath(y, dropShare)) : y;
        });
  }

  /** A convolution without bias and its batch norm. */
  static Tensor convNorm(Scope s, Tensor x, Conv2d conv) {
    return s.run(() -> Norms.batchNorm(s.at("bn"), conv.withoutBias().apply(s.at("conv"), x)));
  }
}
