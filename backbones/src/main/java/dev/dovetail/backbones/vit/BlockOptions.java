package dev.dovetail.backbones.vit;

import static dev.dovetail.backbones.vit.VisionTransformer.require;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.nn.Mlp;
import java.util.List;
import java.util.Optional;

/**
 * The options of the blocks of a plain transformer.
 *
 * @param qkvBias whether queries and values have a bias, and keys where {@code keyBias} is true
 * @param keyBias whether keys have a bias if queries and values have one ({@code qkv.bias});
 *     without it, the biases are {@code q_bias} and {@code v_bias} (BEiT, EVA-02, DINOv3)
 * @param layerScale whether the blocks have a layer scale ({@code gamma1}, {@code gamma2})
 * @param initialLayerScale initial value of the layer scales
 * @param windows attention window of each block, 0 for the whole grid. A shorter list is repeated:
 *     {@code [14, 14, 0]} means two windowed blocks followed by a global one, and so on
 * @param residualBlocks the blocks that end in a convolutional bottleneck
 * @param epsilon epsilon of the norms
 * @param mlp the second branch of the blocks
 */
public record BlockOptions(
    boolean qkvBias,
    boolean keyBias,
    boolean layerScale,
    double initialLayerScale,
    List<Integer> windows,
    List<Integer> residualBlocks,
    double epsilon,
    Mlp mlp) {

  /**
   * @param qkvBias whether queries and values have a bias, and keys where {@code keyBias} is true
   * @param keyBias whether keys have a bias if queries and values have one ({@code qkv.bias});
   *     without it, the biases are {@code q_bias} and {@code v_bias} (BEiT, EVA-02, DINOv3)
   * @param layerScale whether the blocks have a layer scale ({@code gamma1}, {@code gamma2})
   * @param initialLayerScale initial value of the layer scales
   * @param windows attention window of each block, 0 for the whole grid. A shorter list is
   *     repeated: {@code [14, 14, 0]} means two windowed blocks followed by a global one, and so on
   * @param residualBlocks the blocks that end in a convolutional bottleneck
   * @param epsilon epsilon of the norms
   * @param mlp the second branch of the blocks
   * @throws IllegalArgumentException if a value is invalid
   */
  public BlockOptions {
    windows = List.copyOf(windows);
    require(
        windows.stream().allMatch(w -> w >= 0), "windows " + windows + " has a negative element");
    residualBlocks = List.copyOf(residualBlocks);
  }

  /** Returns the blocks of ViT-CoMer: global attention, all biases, and layer scale. */
  static BlockOptions comer() {
    return new BlockOptions(true, true, true, 1, List.of(0), List.of(), 1e-6, Mlp.GELU);
  }

  BlockOptions withBiases(boolean qkv, boolean key) {
    return new BlockOptions(
        qkv, key, layerScale, initialLayerScale, windows, residualBlocks, epsilon, mlp);
  }

  BlockOptions withLayerScale(boolean there, double initial) {
    return new BlockOptions(
        qkvBias, keyBias, there, initial, windows, residualBlocks, epsilon, mlp);
  }

  BlockOptions withWindows(List<Integer> pattern) {
    return new BlockOptions(
        qkvBias, keyBias, layerScale, initialLayerScale, pattern, residualBlocks, epsilon, mlp);
  }

  BlockOptions withResidualBlocks(List<Integer> blocks) {
    return new BlockOptions(
        qkvBias, keyBias, layerScale, initialLayerScale, windows, blocks, epsilon, mlp);
  }

  BlockOptions withEpsilon(double value) {
    return new BlockOptions(
        qkvBias, keyBias, layerScale, initialLayerScale, windows, residualBlocks, value, mlp);
  }

  BlockOptions withMlp(Mlp other) {
    return new BlockOptions(
        qkvBias, keyBias, layerScale, initialLayerScale, windows, residualBlocks, epsilon, other);
  }

  /** Returns the window of a block; 0 for the whole grid. */
  int window(int index) {
    return windows.get(index % windows.size());
  }

  /** Returns the initial value of the layer scales; empty if there are none. */
  Optional<Init> scale() {
    return layerScale
        ? Optional.of(new Init.Constant((float) initialLayerScale))
        : Optional.empty();
  }
}
