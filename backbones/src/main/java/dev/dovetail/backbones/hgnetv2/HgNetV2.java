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
 * PP-HGNetV2 of PaddleClas, the backbone of D-FINE (Peng et al. 2024) and DEIMv2: its blocks
 * concatenate the outputs of all their layers. Parameters have the names of D-FINE and timm. Batch
 * norms use their running statistics, so frozen and ordinary batch norms are the same.
 *
 * @param stem the layers before the stages
 * @param layout the stages
 * @param affine whether each activation is followed by a learnable scalar scale and bias
 * @param classifierWidth channels of the convolution between the pooling and the linear layer; 0
 *     for none, as in transformers
 */
public record HgNetV2(
    @JsonUnwrapped Stem stem, @JsonUnwrapped Stages layout, boolean affine, int classifierWidth)
    implements Classifier {

  /**
   * The layers before the stages.
   *
   * @param stemWidths channels inside the stem and of its output
   * @param stemStrides strides of its first, third and fourth convolutions; the other two have
   *     stride 1
   */
  public record Stem(List<Integer> stemWidths, List<Integer> stemStrides) {

    /**
     * @param stemWidths channels inside the stem and of its output
     * @param stemStrides strides of its first, third and fourth convolutions
     * @throws IllegalArgumentException if they are not two and three positive numbers, or the first
     *     width is odd
     */
    public Stem {
      stemWidths = List.copyOf(stemWidths);
      stemStrides = List.copyOf(stemStrides);
      require(
          positive(stemWidths, 2) && stemWidths.get(0) % 2 == 0,
          "two positive numbers in stemWidths, the first of them even");
      require(positive(stemStrides, 3), "three positive numbers in stemStrides");
    }

    private int stride() {
      return stemStrides.stream().reduce(1, Math::multiplyExact);
    }
  }

  /**
   * The stages. Every list has one element for each stage.
   *
   * @param widths output channels
   * @param innerWidths channels of the layers inside the blocks
   * @param depths number of blocks
   * @param layers number of layers in each block
   * @param kernels extent of the layers' square kernels
   * @param light whether a layer is a 1x1 and a depthwise convolution
   * @param downsampling stride of the depthwise convolution at the start; 0 for none
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
     * @param widths output channels
     * @param innerWidths channels of the layers inside the blocks
     * @param depths number of blocks
     * @param layers number of layers in each block
     * @param kernels extent of the layers' square kernels
     * @param light whether a layer is a 1x1 and a depthwise convolution
     * @param downsampling stride of the depthwise convolution at the start; 0 for none
     * @throws IllegalArgumentException if the lists differ in length, a number is not positive, a
     *     width is odd, or a kernel size is even
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
      require(stages > 0, "at least one stage");
      require(
          positive(widths, stages) && widths.stream().allMatch(w -> w % 2 == 0),
          "even, positive widths");
      require(
          positive(innerWidths, stages) && positive(depths, stages) && positive(layers, stages),
          "as many positive numbers in innerWidths, depths and layers as in widths");
      require(
          positive(kernels, stages) && kernels.stream().allMatch(k -> k % 2 == 1),
          "as many odd numbers in kernels as in widths");
      require(
          light.size() == stages
              && downsampling.size() == stages
              && downsampling.stream().allMatch(d -> d >= 0),
          "as many values in light and downsampling as in widths, no stride negative");
    }
  }

  /**
   * @param stem the layers before the stages
   * @param layout the stages
   * @param affine whether each activation is followed by a learnable scalar scale and bias
   * @param classifierWidth channels of the convolution between the pooling and the linear layer; 0
   *     for none
   * @throws IllegalArgumentException if classifierWidth is negative
   */
  public HgNetV2 {
    require(classifierWidth >= 0, "a classifierWidth of 0 or more");
  }

  private static boolean positive(List<Integer> numbers, int count) {
    return numbers.size() == count && numbers.stream().allMatch(n -> n > 0);
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new IllegalArgumentException("HGNetV2: expected " + what);
    }
  }

  /**
   * {@return a copy with another classification head}
   *
   * @param value channels of the convolution between the pooling and the linear layer; 0 for none
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

  /** Appends a row and a column of zeros. */
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

  /** A sequence of layers whose outputs are all aggregated. */
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

  /** A convolution without a bias and a batch norm. */
  private static Tensor normed(Scope s, Tensor x, Conv2d conv) {
    return s.run(() -> batchNorm(s.at("bn"), conv.withoutBias().apply(s.at("conv"), x)));
  }

  /** A convolution, a batch norm and ReLU, optionally with scale and bias. */
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
