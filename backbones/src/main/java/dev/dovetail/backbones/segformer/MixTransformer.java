package dev.dovetail.backbones.segformer;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.backbones.Classifier;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.Stage;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.registry.Preset;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The Mix Transformer, the encoder of SegFormer (Xie et al. 2021, section 3.1) with NVIDIA's names:
 * overlapping patches, attention over reduced keys and values, and a convolution instead of
 * position embeddings, so it accepts images of any size.
 *
 * <p>A stage's norm is part of its last block: the next stage and the decoder both read its output.
 *
 * @param size widths and depths
 * @param attention heads and reductions
 * @param mlpRatios ratio of the hidden width of the MLPs to the width in each stage
 * @param epsilons epsilons of the norms
 */
public record MixTransformer(
    @JsonUnwrapped Size size,
    @JsonUnwrapped Attention attention,
    List<Integer> mlpRatios,
    @JsonUnwrapped Epsilons epsilons)
    implements Classifier {

  /**
   * The sizes of the stages.
   *
   * @param widths channels at strides 4, 8, 16, 32
   * @param depths blocks at these strides
   */
  public record Size(List<Integer> widths, List<Integer> depths) {

    /**
     * @param widths channels at strides 4, 8, 16, 32
     * @param depths blocks at these strides
     * @throws IllegalArgumentException if a list does not have four positive numbers
     */
    public Size {
      widths = four("widths", widths);
      depths = four("depths", depths);
    }
  }

  /**
   * The options of the attention of the stages.
   *
   * @param heads heads of each stage
   * @param reductions size of the cells that are reduced to one key and value in each stage; 1 for
   *     no reduction
   */
  public record Attention(List<Integer> heads, List<Integer> reductions) {

    /**
     * @param heads heads of each stage
     * @param reductions size of the cells that are reduced to one key and value in each stage; 1
     *     for no reduction
     * @throws IllegalArgumentException if a list does not have four positive numbers
     */
    public Attention {
      heads = four("heads", heads);
      reductions = four("reductions", reductions);
    }
  }

  /**
   * The epsilons of the norms.
   *
   * @param epsilon epsilon in blocks and after stages: 1e-6, or 1e-5 in Hugging Face's models
   * @param reductionEpsilon epsilon after a convolution: 1e-5, or 1e-6 in mmseg's models
   */
  public record Epsilons(double epsilon, double reductionEpsilon) {}

  /**
   * @param size widths and depths
   * @param attention heads and reductions
   * @param mlpRatios ratio of the hidden width of the MLPs to the width in each stage
   * @param epsilons epsilons of the norms
   * @throws IllegalArgumentException if there are not four positive ratios, or a width is not a
   *     multiple of its heads
   */
  public MixTransformer {
    mlpRatios = four("mlpRatios", mlpRatios);
    for (int i = 0; i < 4; i++) {
      int width = size.widths().get(i);
      int heads = attention.heads().get(i);
      if (width % heads != 0) {
        throw new IllegalArgumentException(
            "MixTransformer: width " + width + " is not a multiple of heads " + heads);
      }
    }
  }

  private static List<Integer> four(String name, List<Integer> numbers) {
    if (numbers.size() != 4 || numbers.stream().anyMatch(n -> n < 1)) {
      throw new IllegalArgumentException(
          "MixTransformer: " + name + " is " + numbers + ", expected four positive numbers");
    }
    return List.copyOf(numbers);
  }

  /** {@return the published B0 model} */
  public static MixTransformer b0() {
    return of(List.of(32, 64, 160, 256), List.of(2, 2, 2, 2));
  }

  private static MixTransformer of(List<Integer> widths, List<Integer> depths) {
    return new MixTransformer(
        new Size(widths, depths),
        new Attention(List.of(1, 2, 5, 8), List.of(8, 4, 2, 1)),
        List.of(4, 4, 4, 4),
        new Epsilons(1e-6, 1e-5));
  }

  /** {@return presets of the published models for images of 224x224} */
  public static List<Preset> presets() {
    List<Integer> widths = List.of(64, 128, 320, 512);
    return List.of(
        preset("b0", b0()),
        preset("b1", of(widths, List.of(2, 2, 2, 2))),
        preset("b2", of(widths, List.of(3, 4, 6, 3))),
        preset("b3", of(widths, List.of(3, 4, 18, 3))),
        preset("b4", of(widths, List.of(3, 8, 27, 3))),
        preset("b5", of(widths, List.of(3, 6, 40, 3))));
  }

  private static Preset preset(String suffix, MixTransformer backbone) {
    return Preset.unverified("mit_" + suffix, backbone, 1000, 224, "NVlabs/SegFormer");
  }

  @Override
  public List<Stage> stages() {
    return IntStream.range(0, 4)
        .mapToObj(i -> new Stage(4 << i, size.widths().get(i), size.depths().get(i)))
        .toList();
  }

  @Override
  public Features stem(Scope s, Tensor image) {
    return embed(s, image, 0);
  }

  @Override
  public Features blocks(Scope s, Features x, int stage, int from, int to) {
    if (from >= to) {
      return x;
    }
    Features grid = from == 0 && stage > 0 ? embed(s, x.map(), stage) : x;
    Scope blocks = s.at("block" + (stage + 1));
    Scope.Layer<Tensor> run = (b, t, i) -> block(stage, i).apply(b, grid.with(t));
    Features y = grid.with(blocks.fold(from, to, grid.tokens(), run));
    return to == size.depths().get(stage)
        ? y.with(layerNorm(s.at("norm" + (stage + 1)), y.tokens(), epsilons.epsilon()))
        : y;
  }

  private MixBlock block(int stage, int index) {
    return new MixBlock(
        attention.heads().get(stage),
        attention.reductions().get(stage),
        mlpRatios.get(stage),
        epsilons,
        dropShare(stage, index));
  }

  /** An embedding of overlapping patches: 7x7 pixels in the first stage, then 3x3 cells. */
  private Features embed(Scope s, Tensor map, int stage) {
    Conv2d patches =
        stage == 0
            ? Conv2d.of(size.widths().get(0), 7).stride(4)
            : Conv2d.of(size.widths().get(stage), 3).stride(2);
    return s.in(
        "patch_embed" + (stage + 1),
        e -> {
          Features x = Features.ofMap(patches.apply(e.at("proj"), map), 4 << stage);
          return x.with(layerNorm(e.at("norm"), x.tokens(), epsilons.reductionEpsilon()));
        });
  }

  @Override
  public Tensor logits(Scope s, Features last, int classes) {
    Tensor pooled = s.tap("features", last.tokens()).mean(1, false);
    return classes == 0 ? pooled : linear(s.at("head"), pooled, classes);
  }
}
