package dev.dovetail.backbones.edgevit;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Norms.batchNorm;
import static dev.dovetail.graph.nn.Norms.channelLayerNorm;

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
 * EdgeViT (Pan et al. 2022, "EdgeViTs: Competing Light-weight CNNs on Mobile Devices with Vision
 * Transformers") with the parameter names of its reference code, which comes without weights.
 *
 * <p>The reference code requires multiples of 32 pixels. Here, each patch embedding pads its input
 * with zeros at the bottom and right to whole patches.
 *
 * @param size depths and widths
 * @param attention heads and cells
 * @param mlpRatios ratio of the hidden width of the MLPs to the width in each stage
 */
public record EdgeVit(
    @JsonUnwrapped Size size, @JsonUnwrapped Attention attention, List<Double> mlpRatios)
    implements Classifier {

  /**
   * The sizes of the stages.
   *
   * @param depths blocks at strides 4, 8, 16, 32
   * @param widths channels at these strides
   */
  public record Size(List<Integer> depths, List<Integer> widths) {

    /**
     * @param depths blocks at strides 4, 8, 16, 32
     * @param widths channels at these strides
     * @throws IllegalArgumentException if a list does not have four positive numbers
     */
    public Size {
      depths = four("depths", depths);
      widths = four("widths", widths);
    }
  }

  /**
   * The options of the global sparse attention of the stages.
   *
   * @param headWidth minimum number of channels of an attention head
   * @param qkvBias whether query, key and value have a bias
   * @param samplings rows and columns of the cells that are represented by one pixel in the
   *     attention; 1 for every pixel
   */
  public record Attention(int headWidth, boolean qkvBias, List<Integer> samplings) {

    /**
     * @param headWidth minimum number of channels of an attention head
     * @param qkvBias whether query, key and value have a bias
     * @param samplings rows and columns of the cells that are represented by one pixel in the
     *     attention; 1 for every pixel
     * @throws IllegalArgumentException if {@code samplings} does not have four positive numbers
     */
    public Attention {
      samplings = four("samplings", samplings);
    }
  }

  /**
   * @param size depths and widths
   * @param attention heads and cells
   * @param mlpRatios ratio of the hidden width of the MLPs to the width in each stage
   * @throws IllegalArgumentException if there are not four positive ratios, or a width cannot be
   *     divided into heads
   */
  public EdgeVit {
    mlpRatios = four("mlpRatios", mlpRatios);
    int headWidth = attention.headWidth();
    for (int width : size.widths()) {
      if (headWidth < 1 || width < headWidth || width % (width / headWidth) != 0) {
        throw new IllegalArgumentException(
            "EdgeVit: width " + width + " cannot be divided into heads of at least " + headWidth);
      }
    }
  }

  private static <T extends Number> List<T> four(String name, List<T> numbers) {
    if (numbers.size() != 4 || numbers.stream().anyMatch(n -> !(n.doubleValue() > 0))) {
      throw new IllegalArgumentException(
          "EdgeVit: " + name + " is " + numbers + ", expected four positive numbers");
    }
    return List.copyOf(numbers);
  }

  /** {@return the published XS model} */
  public static EdgeVit xs() {
    return of(List.of(1, 1, 3, 1), List.of(48, 96, 240, 384), 48);
  }

  private static EdgeVit of(List<Integer> depths, List<Integer> widths, int headWidth) {
    return new EdgeVit(
        new Size(depths, widths),
        new Attention(headWidth, true, List.of(4, 2, 2, 1)),
        List.of(4.0, 4.0, 4.0, 4.0));
  }

  /** {@return presets of the published models for images of 224x224} */
  public static List<Preset> presets() {
    return List.of(
        preset("xxs", of(List.of(1, 1, 3, 2), List.of(36, 72, 144, 288), 36)),
        preset("xs", xs()),
        preset("s", of(List.of(1, 2, 5, 3), List.of(48, 96, 240, 384), 48)));
  }

  private static Preset preset(String suffix, EdgeVit backbone) {
    return Preset.unverified("edgevit_" + suffix, backbone, 1000, 224, "saic-fi/edgevit");
  }

  @Override
  public List<Stage> stages() {
    return IntStream.range(0, 4)
        .mapToObj(i -> new Stage(4 << i, size.widths().get(i), size.depths().get(i)))
        .toList();
  }

  @Override
  public Features stem(Scope s, Tensor image) {
    return Features.ofMap(embed(s, image, 0), 4);
  }

  @Override
  public Features blocks(Scope s, Features x, int stage, int from, int to) {
    boolean halves = from == 0 && stage > 0 && to > 0;
    Tensor map = halves ? embed(s, x.map(), stage) : x.map();
    LglBlock block = block(stage);
    Scope blocks = s.at("blocks" + (stage + 1));
    Scope.Layer<Tensor> run = (b, y, i) -> block.apply(b, y, dropShare(stage, i));
    return Features.ofMap(blocks.fold(from, to, map, run), 4 << stage);
  }

  private LglBlock block(int stage) {
    return new LglBlock(
        size.widths().get(stage) / attention.headWidth(),
        mlpRatios.get(stage),
        attention.qkvBias(),
        0,
        attention.samplings().get(stage));
  }

  /** A patch embedding without overlap. */
  private Tensor embed(Scope s, Tensor map, int stage) {
    int patch = stage == 0 ? 4 : 2;
    Tensor whole =
        map.pad(2, 0, Math.floorMod(-map.dim(2), patch), 0)
            .pad(3, 0, Math.floorMod(-map.dim(3), patch), 0);
    return s.in(
        "patch_embed" + (stage + 1),
        e -> {
          Tensor x = Conv2d.patches(size.widths().get(stage), patch).apply(e.at("proj"), whole);
          return channelLayerNorm(e.at("norm"), x, 1e-5);
        });
  }

  @Override
  public Tensor logits(Scope s, Features last, int classes) {
    Tensor normed = s.tap("features", batchNorm(s.at("norm"), last.map()));
    Tensor pooled = s.tap("pooled", normed.flatten(2, 3).mean(2, false));
    return classes == 0 ? pooled : linear(s.at("head"), pooled, classes);
  }
}
