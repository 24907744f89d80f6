package dev.dovetail.adapters.plain;

import dev.dovetail.adapters.Adapter;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.nn.Extent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The maps of a backbone without additional parameters, as a baseline for adapters. For a
 * hierarchical backbone these are its stages from stride 4 on. A plain backbone is tapped after
 * four blocks, and the maps are resampled to strides 4, 8, 16 and 32 whatever its patch size, as in
 * mmsegmentation's {@code MultiLevelNeck} before its convolutions.
 *
 * @param outIndices the four blocks after which a plain backbone is tapped; an empty list for each
 *     quarter of its depth
 */
public record BackboneFeatures(List<Integer> outIndices) implements Adapter {

  private static final int FINEST = 4;

  /**
   * @throws IllegalArgumentException if the list is neither empty nor four ascending blocks
   */
  public BackboneFeatures {
    outIndices = List.copyOf(outIndices);
    boolean ascending = outIndices.equals(outIndices.stream().sorted().toList());
    if (!outIndices.isEmpty() && (outIndices.size() != 4 || outIndices.get(0) < 0 || !ascending)) {
      throw new IllegalArgumentException(
          "BackboneFeatures: outIndices must be four ascending blocks or empty, but is "
              + outIndices);
    }
  }

  /**
   * Returns an adapter that taps a plain backbone after each quarter of its depth.
   *
   * @return the adapter
   */
  public static BackboneFeatures defaults() {
    return new BackboneFeatures(List.of());
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if {@code outIndices} names a block that the backbone does not
   *     have, or is specified for a hierarchical one
   */
  @Override
  public FeaturePyramid apply(Scope s, Backbone backbone, Tensor image) {
    return backbone.stages().size() == 1 ? taps(s, backbone, image) : stages(s, backbone, image);
  }

  private FeaturePyramid stages(Scope s, Backbone backbone, Tensor image) {
    if (!outIndices.isEmpty()) {
      throw new IllegalArgumentException(
          "BackboneFeatures: outIndices is for plain backbones, but this one has stages of strides "
              + backbone.strides());
    }
    List<Integer> strides = backbone.strides();
    List<Integer> taken =
        IntStream.rangeClosed(1, strides.size())
            .filter(i -> strides.get(i - 1) >= FINEST)
            .boxed()
            .toList();
    return new Stages(taken).apply(s, backbone, image);
  }

  private FeaturePyramid taps(Scope s, Backbone backbone, Tensor image) {
    int depth = backbone.stages().get(0).blocks();
    List<Tensor> maps = new ArrayList<>();
    Features x = backbone.stem(s, image);
    int done = 0;
    for (int i = 0; i < 4; i++) {
      int end = outIndices.isEmpty() ? Math.max(1, (i + 1) * depth / 4) : outIndices.get(i) + 1;
      if (end > depth) {
        throw new IllegalArgumentException(
            "BackboneFeatures: outIndices "
                + outIndices
                + " names a block that is not among the "
                + depth
                + " blocks of the backbone");
      }
      x = backbone.blocks(s, x, 0, done, end);
      done = end;
      Extent grid = Extent.ofImage(image, FINEST << i);
      maps.add(grid.resampled(backbone.output(s, x, 0, done)));
    }
    // Later blocks have no effect but are part of the model and its checkpoint.
    backbone.blocks(s, x, 0, done, depth);
    return FeaturePyramid.from(FINEST, maps);
  }
}
