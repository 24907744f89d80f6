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
 * The Mix Transformer, the encoder of SegFormer (Xie et al. 2021, section 3.1) under NVIDIA's
 * names: overlapping patches, attention over reduced keys and values, and a convolution in place of
 * position codes, so that any image size will do.
 *
 * <p>A stage's norm is part of its last block: the next stage and the decoder both read what it
 * gives.
 *
 * @param size widths and depths
 * @param attention heads and reductions
 * @param mlpRatios hidden width of the MLPs over the width
 * @param epsilons what the norms add to variances
 */
public record MixTransformer(
    @JsonUnwrapped Size size,
    @JsonUnwrapped Attention attention,
    List<Integer> mlpRatios,
    @JsonUnwrapped Epsilons epsilons)
    implements Classifier {

  /**
   * How large the stages are.
   *
   * @param widths channels at strides 4, 8, 16, 32
   * @param depths blocks of the same
   */
  public record Size(List<Integer> widths, List<Integer> depths) {

    /**
     * @param widths channels at strides 4, 8, 16, 32
     * @param depths blocks of the same
     * @throws IllegalArgumentException if a list does not have four positive numbers
     */
    public Size {
      widths = four("widths", widths);
      depths = four("depths", depths);
    }
  }

  /**
   * The attention of the stages.
   *
   * @param heads heads of each stage
   * @param reductions extent of the cells whose keys and values are made one, 1 for none
   */
  public record Attention(List<Integer> heads, List<Integer> reductions) {

    /**
     * @param heads heads of each stage
     * @param reductions extent of the cells whose keys and values are made one, 1 for none
     * @throws IllegalArgumentException if a list does not have four positive numbers
     */
    public Attention {
      heads = four("heads", heads);
      reductions = four("reductions", reductions);
    }
  }

  /**
   * What the norms add to variances.
   *
   * @param epsilon in blocks and after stages: 1e-6, in Hugging Face's models 1e-5
   * @param reductionEpsilon after a convolution: 1e-5, in mmseg's models 1e-6
   */
  public record Epsilons(double epsilon, double reductionEpsilon) {}

  /**
   * @param size widths and depths
   * @param attention heads and reductions
   * @param mlpRatios hidden width of the MLPs over the width
   * @param epsilons what the norms add to variances
   * @throws IllegalArgumentException if there are not four positive ratios, or heads do not divide
   *     their width
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

  /** {@return the published B0} */
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

  /** {@return the published models, at 224x224} */
  public static List<Preset> presets() {
    List<Integer> wide = List.of(64, 128, 320, 512);
    return List.of(
        preset("b0", b0()),
        preset("b1", of(wide, List.of(2, 2, 2, 2))),
        preset("b2", of(wide, List.of(3, 4, 6, 3))),
        preset("b3", of(wide, List.of(3, 4, 18, 3))),
        preset("b4", of(wide, List.of(3, 8, 27, 3))),
        preset("b5", of(wide, List.of(3, 6, 40, 3))));
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

  /** Patches of 7x7 pixels, later 3x3 cells, that overlap. */
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
