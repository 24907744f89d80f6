package dev.dovetail.backbones.resnet;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Norms.batchNorm;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.backbones.Classifier;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.Stage;
import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.registry.Preset;
import java.util.List;
import java.util.stream.IntStream;

/**
 * ResNet (He et al. 2016), the backbone of most baseline detectors. Parameters have the names of
 * torchvision and timm. Batch norms use their running statistics, so frozen and ordinary batch
 * norms are the same.
 *
 * @param stemWidth channels of the first convolution
 * @param widths output channels of each stage
 * @param depths blocks of each stage
 * @param bottleneck whether a block has three convolutions, the middle one with a quarter of the
 *     width, instead of two
 * @param form the variant of the architecture
 */
public record ResNet(
    int stemWidth,
    List<Integer> widths,
    List<Integer> depths,
    boolean bottleneck,
    @JsonUnwrapped Form form)
    implements Classifier {

  /**
   * The details in which implementations differ. In a config these are keys of the backbone itself.
   *
   * @param strideFirst whether the stride of a bottleneck is in its first convolution (the
   *     original, Caffe, detectron2's default) instead of its second (torchvision, timm,
   *     mmdetection's style {@code pytorch})
   * @param deep whether the stem consists of three small convolutions and shortcuts average before
   *     their projection (ResNet-D, He et al. 2019; timm's names)
   * @param projectFirst whether the first block of each stage projects its shortcut even if its
   *     shape does not change (PaddlePaddle's vd models with basic blocks, as in RT-DETR)
   * @param downsampleFirst whether the first stage has stride 2, too
   * @param normEpsilon epsilon of the batch norms: 1e-5, or 0 as in torchvision's first detectors
   */
  public record Form(
      boolean strideFirst,
      boolean deep,
      boolean projectFirst,
      boolean downsampleFirst,
      double normEpsilon) {

    /** {@return torchvision's ResNet} */
    public static Form usual() {
      return new Form(false, false, false, false, 1e-5);
    }
  }

  /**
   * @param stemWidth channels of the first convolution
   * @param widths output channels of each stage
   * @param depths blocks of each stage
   * @param bottleneck whether a block has three convolutions, the middle one with a quarter of the
   *     width, instead of two
   * @param form the variant of the architecture
   * @throws IllegalArgumentException if widths and depths differ in length or are not positive, a
   *     bottleneck's width is not a multiple of 4, or the stem has fewer than 2 channels
   */
  public ResNet {
    widths = List.copyOf(widths);
    depths = List.copyOf(depths);
    if (widths.isEmpty() || widths.size() != depths.size()) {
      throw new IllegalArgumentException(
          "ResNet: widths " + widths + " and depths " + depths + " differ in length");
    }
    int least = bottleneck ? 4 : 1;
    if (widths.stream().anyMatch(w -> w % least != 0 || w < least)
        || depths.stream().anyMatch(d -> d < 1)
        || stemWidth < 2) {
      throw new IllegalArgumentException(
          "ResNet: expected positive depths, widths of multiples of "
              + least
              + ", and a stem of at least 2 channels");
    }
  }

  /**
   * Returns ResNet-50.
   *
   * @return the model with 50 layers
   */
  public static ResNet resnet50() {
    return bottlenecks(3, 4, 6, 3);
  }

  private static ResNet bottlenecks(Integer... depths) {
    return of(List.of(256, 512, 1024, 2048), List.of(depths), true);
  }

  private static ResNet basic(Integer... depths) {
    return of(List.of(64, 128, 256, 512), List.of(depths), false);
  }

  /**
   * {@return a model with torchvision's stem and strides}
   *
   * @param widths output channels of each stage
   * @param depths blocks of each stage
   * @param bottleneck whether a block has three convolutions, the middle one with a quarter of the
   *     width, instead of two
   */
  public static ResNet of(List<Integer> widths, List<Integer> depths, boolean bottleneck) {
    return new ResNet(64, widths, depths, bottleneck, Form.usual());
  }

  /**
   * {@return a copy with another stem}
   *
   * @param value channels of the first convolution
   */
  public ResNet withStemWidth(int value) {
    return new ResNet(value, widths, depths, bottleneck, form);
  }

  /**
   * {@return a copy with strides in other convolutions}
   *
   * @param value whether the stride of a bottleneck is in its first convolution instead of its
   *     second
   */
  public ResNet withStrideFirst(boolean value) {
    return with(
        new Form(value, form.deep, form.projectFirst, form.downsampleFirst, form.normEpsilon));
  }

  /**
   * {@return a copy as ResNet-D or as plain ResNet}
   *
   * @param value whether the stem consists of three small convolutions and shortcuts average before
   *     their projection
   */
  public ResNet withDeep(boolean value) {
    return with(
        new Form(
            form.strideFirst, value, form.projectFirst, form.downsampleFirst, form.normEpsilon));
  }

  /**
   * {@return a copy with other shortcuts}
   *
   * @param value whether the first block of each stage projects its shortcut even if its shape does
   *     not change
   */
  public ResNet withProjectFirst(boolean value) {
    return with(
        new Form(form.strideFirst, form.deep, value, form.downsampleFirst, form.normEpsilon));
  }

  /**
   * {@return a copy with another stride of the first stage}
   *
   * @param value whether the first stage has stride 2
   */
  public ResNet withDownsampleFirst(boolean value) {
    return with(new Form(form.strideFirst, form.deep, form.projectFirst, value, form.normEpsilon));
  }

  private ResNet with(Form value) {
    return new ResNet(stemWidth, widths, depths, bottleneck, value);
  }

  /** {@return presets of the published models} */
  public static List<Preset> presets() {
    String source = "torchvision and timm";
    return List.of(
        Preset.unverified("resnet18", basic(2, 2, 2, 2), 1000, 224, source),
        Preset.unverified("resnet34", basic(3, 4, 6, 3), 1000, 224, source),
        Preset.of("resnet50", resnet50(), 1000, 160, source, 25.56, 2.10),
        Preset.of("resnet101", bottlenecks(3, 4, 23, 3), 1000, 160, source, 44.55, 4.00),
        Preset.unverified("resnet152", bottlenecks(3, 8, 36, 3), 1000, 224, source),
        vd("resnet18_vd", basic(2, 2, 2, 2).withProjectFirst(true), 11.71, 2.06),
        vd("resnet34_vd", basic(3, 4, 6, 3).withProjectFirst(true), 21.82, 3.91),
        vd("resnet50_vd", resnet50(), 25.58, 4.35),
        vd("resnet101_vd", bottlenecks(3, 4, 23, 3), 44.57, 8.08));
  }

  /** A backbone of RT-DETR. The figures are those of timm's resnet18d, resnet34d and so on. */
  private static Preset vd(String name, ResNet model, double parameters, double macs) {
    String source = "PaddleClas, timm resnet*d; RT-DETR's backbones";
    return Preset.of(name, model.withDeep(true), 1000, 224, source, parameters, macs);
  }

  @Override
  public List<Stage> stages() {
    return IntStream.range(0, widths.size())
        .mapToObj(i -> new Stage(stride(i), widths.get(i), depths.get(i)))
        .toList();
  }

  private int stride(int stage) {
    return (form.downsampleFirst ? 8 : 4) << stage;
  }

  @Override
  public Features stem(Scope s, Tensor image) {
    s.ignoreKeys("fc.*", "the classification head");
    Conv2d conv = Conv2d.of(stemWidth, 7).stride(2).withoutBias();
    Tensor x = form.deep ? deepStem(s.at("conv1"), image) : conv.apply(s.at("conv1"), image);
    x = norm(s.at("bn1"), x).relu().apply(new Convolution.MaxPool(3, 2, 1));
    return Features.ofMap(x, 4);
  }

  private Tensor deepStem(Scope s, Tensor image) {
    Conv2d conv = Conv2d.of(stemWidth / 2, 3).withoutBias();
    Tensor x = norm(s.at(1), conv.stride(2).apply(s.at(0), image)).relu();
    x = norm(s.at(4), conv.apply(s.at(3), x)).relu();
    return Conv2d.of(stemWidth, 3).withoutBias().apply(s.at(6), x);
  }

  @Override
  public Features blocks(Scope s, Features x, int stage, int from, int to) {
    Scope layer = s.at("layer" + (stage + 1));
    Tensor out = layer.fold(from, to, x.map(), (b, y, i) -> block(b, y, stage, i));
    return Features.ofMap(out, stride(stage));
  }

  private Tensor block(Scope s, Tensor x, int stage, int index) {
    int width = widths.get(stage);
    boolean first = index == 0;
    int stride = first && (stage > 0 || form.downsampleFirst) ? 2 : 1;
    Tensor y = bottleneck ? bottleneck(s, x, width, stride) : basic(s, x, width, stride);
    Tensor kept = s.dropPath(y, dropShare(stage, index));
    boolean changes = stride > 1 || x.dim(1) != width || first && form.projectFirst;
    return kept.plus(changes ? shortcut(s.at("downsample"), x, width, stride) : x).relu();
  }

  private Tensor bottleneck(Scope s, Tensor x, int width, int stride) {
    Conv2d reduce = Conv2d.of(width / 4, 1).stride(form.strideFirst ? stride : 1);
    Conv2d conv = Conv2d.of(width / 4, 3).stride(form.strideFirst ? 1 : stride);
    Tensor y = convNorm(s, 1, x, reduce).relu();
    y = convNorm(s, 2, y, conv).relu();
    return convNorm(s, 3, y, Conv2d.of(width, 1));
  }

  private Tensor basic(Scope s, Tensor x, int width, int stride) {
    Tensor y = convNorm(s, 1, x, Conv2d.of(width, 3).stride(stride)).relu();
    return convNorm(s, 2, y, Conv2d.of(width, 3));
  }

  private Tensor convNorm(Scope s, int index, Tensor x, Conv2d conv) {
    return norm(s.at("bn" + index), conv.withoutBias().apply(s.at("conv" + index), x));
  }

  private Tensor shortcut(Scope s, Tensor x, int width, int stride) {
    Conv2d project = Conv2d.of(width, 1).withoutBias();
    if (!form.deep) {
      return norm(s.at(1), project.stride(stride).apply(s.at(0), x));
    }
    // With projectFirst, projections that keep the width have the stride.
    boolean averages = stride > 1 && !(form.projectFirst && x.dim(1) == width);
    Tensor projected =
        averages ? project.apply(s.at(1), average(x)) : project.stride(stride).apply(s.at(1), x);
    return norm(s.at(2), projected);
  }

  private Tensor norm(Scope s, Tensor x) {
    return batchNorm(s, x, form.normEpsilon);
  }

  /** Averages 2x2 cells; at an odd border, the mean is over the existing cells. */
  private static Tensor average(Tensor x) {
    Tensor even = repeatLast(repeatLast(x, 2), 3);
    return even.apply(new Convolution.AveragePool(2, 2));
  }

  private static Tensor repeatLast(Tensor x, int axis) {
    int extent = x.dim(axis);
    return extent % 2 == 0 ? x : Tensor.concat(axis, x, x.slice(axis, extent - 1, extent));
  }

  @Override
  public Tensor logits(Scope s, Features last, int classes) {
    Tensor pooled = s.tap("features", last.map()).flatten(2, 3).mean(2, false);
    return classes == 0 ? pooled : linear(s.at("fc"), pooled, classes);
  }
}
