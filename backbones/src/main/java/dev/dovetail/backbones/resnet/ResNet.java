package dev.dovetail.backbones.resnet;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Norms.batchNorm;

import dev.dovetail.backbones.Classifier;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.Stage;
import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.registry.Preset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * ResNet (He et al. 2016), the baseline of most detectors. Parameters have the names of torchvision
 * and timm. Batch norms use their running statistics, so that frozen and ordinary ones are the
 * same.
 *
 * @param stemWidth channels of the first convolution
 * @param widths channels that each stage gives
 * @param depths blocks of each stage
 * @param bottleneck whether a block is three convolutions, the middle one a quarter as wide, or two
 * @param strideFirst whether a bottleneck's first convolution strides (the original, Caffe and
 *     detectron2's default), or its second (torchvision, timm, mmdetection's style pytorch)
 * @param deep whether the stem is three small convolutions and shortcuts average before they
 *     project (He et al. 2019, ResNet-D; timm's names)
 */
public record ResNet(
    int stemWidth,
    List<Integer> widths,
    List<Integer> depths,
    boolean bottleneck,
    boolean strideFirst,
    boolean deep)
    implements Classifier {

  /**
   * @param stemWidth channels of the first convolution
   * @param widths channels that each stage gives
   * @param depths blocks of each stage
   * @param bottleneck whether a block is three convolutions, the middle one a quarter as wide, or
   *     two
   * @param strideFirst whether a bottleneck's first convolution strides (the original, Caffe and
   *     detectron2's default), or its second (torchvision, timm, mmdetection's style pytorch)
   * @param deep whether the stem is three small convolutions and shortcuts average before they
   *     project (He et al. 2019, ResNet-D; timm's names)
   * @throws IllegalArgumentException if the numbers make no model
   */
  public ResNet {
    widths = List.copyOf(widths);
    depths = List.copyOf(depths);
    if (widths.isEmpty() || widths.size() != depths.size()) {
      throw new IllegalArgumentException(
          "ResNet: widths " + widths + " and depths " + depths + " are not of one length");
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
   * ResNet-50.
   *
   * @return the model of 50 layers
   */
  public static ResNet defaults() {
    return bottlenecks(3, 4, 6, 3);
  }

  private static ResNet bottlenecks(Integer... depths) {
    return new ResNet(64, List.of(256, 512, 1024, 2048), List.of(depths), true, false, false);
  }

  private static ResNet basic(Integer... depths) {
    return new ResNet(64, List.of(64, 128, 256, 512), List.of(depths), false, false, false);
  }

  /** {@return the published models} */
  public static List<Preset> presets() {
    String source = "torchvision and timm";
    return List.of(
        Preset.unverified("resnet18", basic(2, 2, 2, 2), 1000, 224, source),
        Preset.unverified("resnet34", basic(3, 4, 6, 3), 1000, 224, source),
        Preset.of("resnet50", defaults(), 1000, 160, source, 25.56, 2.10),
        Preset.of("resnet101", bottlenecks(3, 4, 23, 3), 1000, 160, source, 44.55, 4.00),
        Preset.unverified("resnet152", bottlenecks(3, 8, 36, 3), 1000, 224, source));
  }

  @Override
  public List<Stage> stages() {
    return IntStream.range(0, widths.size())
        .mapToObj(i -> new Stage(4 << i, widths.get(i), depths.get(i)))
        .toList();
  }

  @Override
  public Features stem(Scope s, Tensor image) {
    s.ignoreKeys("fc.*", "the classification head");
    Tensor x = deep ? deepStem(s.at("conv1"), image) : convolve(s, "conv1", image, stemWidth, 7, 2);
    Tensor normal = batchNorm(s.at("bn1"), x).relu();
    return Features.ofMap(normal.apply(new Convolution.MaxPool(3, 2, 1)), 4);
  }

  private Tensor deepStem(Scope s, Tensor image) {
    int half = stemWidth / 2;
    Tensor x = batchNorm(s.at(1), convolve(s, "0", image, half, 3, 2)).relu();
    x = batchNorm(s.at(4), convolve(s, "3", x, half, 3, 1)).relu();
    return convolve(s, "6", x, stemWidth, 3, 1);
  }

  private static Tensor convolve(Scope s, String name, Tensor x, int out, int kernel, int stride) {
    return Conv2d.of(out, kernel).stride(stride).withoutBias().apply(s.at(name), x);
  }

  @Override
  public Features blocks(Scope s, Features x, int stage, int from, int to) {
    Tensor map = x.map();
    for (int i = from; i < to; i++) {
      Tensor in = map;
      int stride = i == 0 && stage > 0 ? 2 : 1;
      map = s.at("layer" + (stage + 1)).in(i, b -> block(b, in, widths.get(stage), stride));
    }
    return Features.ofMap(map, 4 << stage);
  }

  private Tensor block(Scope s, Tensor x, int width, int stride) {
    List<Conv2d> convolutions = new ArrayList<>();
    if (bottleneck) {
      convolutions.add(Conv2d.of(width / 4, 1).stride(strideFirst ? stride : 1));
      convolutions.add(Conv2d.of(width / 4, 3).stride(strideFirst ? 1 : stride));
      convolutions.add(Conv2d.of(width, 1));
    } else {
      convolutions.add(Conv2d.of(width, 3).stride(stride));
      convolutions.add(Conv2d.of(width, 3));
    }
    Tensor y = x;
    for (int i = 1; i <= convolutions.size(); i++) {
      Tensor in = i == 1 ? y : y.relu();
      Tensor out = convolutions.get(i - 1).withoutBias().apply(s.at("conv" + i), in);
      y = batchNorm(s.at("bn" + i), out);
    }
    return y.plus(shortcut(s.at("downsample"), x, width, stride)).relu();
  }

  private Tensor shortcut(Scope s, Tensor x, int width, int stride) {
    if (stride == 1 && x.dim(1) == width) {
      return x;
    }
    if (!deep) {
      return batchNorm(s.at(1), convolve(s, "0", x, width, 1, stride));
    }
    Tensor averaged = stride == 1 ? x : average(x);
    return batchNorm(s.at(2), convolve(s, "1", averaged, width, 1, 1));
  }

  /** Means of 2x2 cells, at an odd border of those that there are. */
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
