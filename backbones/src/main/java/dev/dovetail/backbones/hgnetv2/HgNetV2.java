package dev.dovetail.backbones.hgnetv2;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Norms.batchNorm;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.backbones.Classifier;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.Stage;
import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * PP-HGNetV2 of PaddleClas, the backbone of D-FINE (Peng et al. 2024) and DEIMv2: blocks that
 * concatenate what each of their layers gives. Parameters have D-FINE's names, which are timm's.
 * Batch norms use their running statistics, so that frozen and ordinary ones are the same.
 *
 * @param stem what comes before the stages
 * @param layout the stages, with one number for each
 * @param affine whether each activation is followed by a learnable scale and bias, one number each
 * @param classifierWidth channels of the convolution between the pooling and the classes; 0 for
 *     none, as in transformers
 */
public record HgNetV2(
    @JsonUnwrapped Stem stem, @JsonUnwrapped Stages layout, boolean affine, int classifierWidth)
    implements Classifier {

  /**
   * The stem.
   *
   * @param stemWidths channels inside and at the end
   * @param stemStrides of its first, third and fourth convolutions in a row, beside which two more
   *     keep the map
   */
  public record Stem(List<Integer> stemWidths, List<Integer> stemStrides) {

    /**
     * @param stemWidths channels inside and at the end
     * @param stemStrides of its first, third and fourth convolutions in a row
     * @throws IllegalArgumentException if they are not two and three positive numbers, or the width
     *     inside is odd
     */
    public Stem {
      stemWidths = List.copyOf(stemWidths);
      stemStrides = List.copyOf(stemStrides);
      require(
          positive(stemWidths, 2) && stemWidths.get(0) % 2 == 0,
          "stemWidths are two positive numbers, the first of them even");
      require(positive(stemStrides, 3), "stemStrides are three positive numbers");
    }

    private int stride() {
      return stemStrides.stream().reduce(1, Math::multiplyExact);
    }
  }

  /**
   * What each stage is.
   *
   * @param widths channels that it gives
   * @param innerWidths channels of the layers of its blocks
   * @param depths how many blocks it has
   * @param layers how many layers each block has
   * @param kernels extent of the layers' square kernels
   * @param light whether a layer is a 1x1 and a depthwise convolution
   * @param downsampling stride of the depthwise convolution that it begins with; 0 for none
   */
  public record Stages(
      List<Integer> widths,
      List<Integer> innerWidths,
      List<Integer> depths,
      List<Integer> layers,
      List<Integer> kernels,
      List<Boolean> light,
      List<Integer> downsampling) {

    /**
     * @param widths channels that it gives
     * @param innerWidths channels of the layers of its blocks
     * @param depths how many blocks it has
     * @param layers how many layers each block has
     * @param kernels extent of the layers' square kernels
     * @param light whether a layer is a 1x1 and a depthwise convolution
     * @param downsampling stride of the depthwise convolution that it begins with; 0 for none
     * @throws IllegalArgumentException if the lists are not of one length or hold what is not
     *     positive, a width is odd, or a kernel even
     */
    public Stages {
      widths = List.copyOf(widths);
      innerWidths = List.copyOf(innerWidths);
      depths = List.copyOf(depths);
      layers = List.copyOf(layers);
      kernels = List.copyOf(kernels);
      light = List.copyOf(light);
      downsampling = List.copyOf(downsampling);
      int stages = widths.size();
      require(stages > 0, "there is a stage");
      require(
          positive(widths, stages) && widths.stream().allMatch(w -> w % 2 == 0),
          "widths are even and positive");
      require(
          positive(innerWidths, stages) && positive(depths, stages) && positive(layers, stages),
          "innerWidths, depths and layers are as many positive numbers as widths");
      require(
          positive(kernels, stages) && kernels.stream().allMatch(k -> k % 2 == 1),
          "kernels are as many odd numbers as widths");
      require(
          light.size() == stages
              && downsampling.size() == stages
              && downsampling.stream().allMatch(d -> d >= 0),
          "light and downsampling have as many values as widths, and no stride is negative");
    }
  }

  /**
   * @param stem what comes before the stages
   * @param layout the stages, with one number for each
   * @param affine whether each activation is followed by a learnable scale and bias
   * @param classifierWidth channels of the convolution between the pooling and the classes
   * @throws IllegalArgumentException if classifierWidth is negative
   */
  public HgNetV2 {
    require(classifierWidth >= 0, "classifierWidth is not negative");
  }

  private static boolean positive(List<Integer> numbers, int count) {
    return numbers.size() == count && numbers.stream().allMatch(n -> n > 0);
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new IllegalArgumentException("HGNetV2 needs: " + what);
    }
  }

  /**
   * {@return this model with another classification head}
   *
   * @param value channels of the convolution between the pooling and the classes; 0 for none
   */
  public HgNetV2 withClassifierWidth(int value) {
    return new HgNetV2(stem, layout, affine, value);
  }

  @Override
  public List<Stage> stages() {
    return IntStream.range(0, layout.widths().size())
        .mapToObj(i -> new Stage(stride(i), layout.widths().get(i), layout.depths().get(i)))
        .toList();
  }

  private int stride(int stage) {
    return layout.downsampling().stream()
        .limit(stage + 1L)
        .reduce(stem.stride(), (a, b) -> Math.multiplyExact(a, Math.max(b, 1)));
  }

  @Override
  public Features stem(Scope s, Tensor image) {
    s.ignoreKeys("head.*", "the classification head");
    Scope at = s.at("stem");
    int inner = stem.stemWidths().get(0);
    List<Integer> strides = stem.stemStrides();
    Tensor x = active(at.at("stem1"), image, Conv2d.of(inner, 3).stride(strides.get(0)));
    x = padded(x);
    Tensor y = active(at.at("stem2a"), x, Conv2d.of(inner / 2, 2).padding(0));
    y = active(at.at("stem2b"), padded(y), Conv2d.of(inner, 2).padding(0));
    x = Tensor.concat(1, x.apply(new Convolution.MaxPool(2, 1, 0)), y);
    x = active(at.at("stem3"), x, Conv2d.of(inner, 3).stride(strides.get(1)));
    Conv2d last = Conv2d.of(stem.stemWidths().get(1), 1).stride(strides.get(2));
    return Features.ofMap(active(at.at("stem4"), x, last), stem.stride());
  }

  /** With a row and a column of zeros at the end. */
  private static Tensor padded(Tensor x) {
    return x.pad(2, 0, 1, 0).pad(3, 0, 1, 0);
  }

  @Override
  public Features blocks(Scope s, Features x, int stage, int from, int to) {
    Scope at = s.at("stages").at(stage);
    boolean begins = from == 0 && to > 0 && layout.downsampling().get(stage) > 0;
    Tensor map = begins ? downsample(at.at("downsample"), x.map(), stage) : x.map();
    Tensor out = at.at("blocks").fold(from, to, map, (b, y, i) -> block(b, y, stage, i));
    return Features.ofMap(out, stride(stage));
  }

  private Tensor downsample(Scope s, Tensor x, int stage) {
    int stride = layout.downsampling().get(stage);
    return normed(s, x, Conv2d.depthwise(x.dim(1), 3).stride(stride));
  }

  /** Layers one after the other, all of which are aggregated. */
  private Tensor block(Scope s, Tensor x, int stage, int index) {
    int width = layout.widths().get(stage);
    List<Tensor> all = new ArrayList<>(List.of(x));
    Scope layers = s.at("layers");
    for (int i = 0; i < layout.layers().get(stage); i++) {
      all.add(layer(layers.at(i), all.get(i), stage));
    }
    Scope aggregation = s.at("aggregation");
    Tensor y = Tensor.concat(1, all);
    y = active(aggregation.at(0), y, Conv2d.of(width / 2, 1));
    y = active(aggregation.at(1), y, Conv2d.of(width, 1));
    return index == 0 ? y : x.plus(s.dropPath(y, dropShare(stage, index)));
  }

  private Tensor layer(Scope s, Tensor x, int stage) {
    int width = layout.innerWidths().get(stage);
    int kernel = layout.kernels().get(stage);
    if (!layout.light().get(stage)) {
      return active(s, x, Conv2d.of(width, kernel));
    }
    Tensor y = normed(s.at("conv1"), x, Conv2d.of(width, 1));
    return active(s.at("conv2"), y, Conv2d.depthwise(width, kernel));
  }

  /** A convolution without a bias, a batch norm. */
  private static Tensor normed(Scope s, Tensor x, Conv2d conv) {
    return s.run(() -> batchNorm(s.at("bn"), conv.withoutBias().apply(s.at("conv"), x)));
  }

  /** The same, then ReLU and perhaps scale and bias. */
  private Tensor active(Scope s, Tensor x, Conv2d conv) {
    return s.run(() -> scaled(s.at("lab"), normed(s, x, conv).relu()));
  }

  private Tensor scaled(Scope s, Tensor x) {
    return affine
        ? x.times(s.weight("scale", Init.ones(), 1)).plus(s.weight("bias", Init.zeros(), 1))
        : x;
  }

  @Override
  public Tensor logits(Scope s, Features last, int classes) {
    Scope head = s.at("head");
    Tensor pooled = s.tap("features", last.map()).flatten(2, 3).mean(2, false);
    if (classifierWidth > 0) {
      pooled = widened(head.at("last_conv"), pooled);
    }
    return classes == 0 ? pooled : linear(head.at("fc"), pooled, classes);
  }

  private Tensor widened(Scope s, Tensor pooled) {
    Tensor cell = pooled.reshape(pooled.dim(0), pooled.dim(1), 1, 1);
    Tensor y = Conv2d.of(classifierWidth, 1).withoutBias().apply(s.at(0), cell).relu();
    return scaled(s.at(2), y).flatten(1, 3);
  }
}
