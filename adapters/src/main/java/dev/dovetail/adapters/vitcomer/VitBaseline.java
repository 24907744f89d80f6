package dev.dovetail.adapters.vitcomer;

import static dev.dovetail.graph.nn.Norms.groupNorm;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.adapters.Adapter;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.Stage;
import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.nn.Conv2d;
import java.util.List;

/**
 * The plain transformer baseline of ViT-CoMer ({@code ViTBaseline}): tokens after four blocks are
 * normalized and resampled to strides 4, 8, 16 and 32 by transposed convolutions and pooling.
 *
 * @param outIndices the four blocks, or a single block for all four maps
 */
public record VitBaseline(List<Integer> outIndices) implements Adapter {

  private static final int GROUPS = 32;
  private static final double EPSILON = 1e-6;

  /**
   * @throws IllegalArgumentException if there is not one block or four ascending ones
   */
  public VitBaseline {
    outIndices = List.copyOf(outIndices);
    boolean ascending = outIndices.equals(outIndices.stream().sorted().toList());
    if (outIndices.size() != 1 && outIndices.size() != 4 || outIndices.get(0) < 0 || !ascending) {
      throw new IllegalArgumentException(
          "VitBaseline: outIndices must be one block or four ascending blocks, but is "
              + outIndices);
    }
  }

  /**
   * Returns the adapter with a tap after every third of 12 blocks.
   *
   * @return the adapter
   */
  public static VitBaseline defaults() {
    return new VitBaseline(List.of(2, 5, 8, 11));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the backbone is not a plain one of stride 16 with these
   *     blocks and a width that is a multiple of 32
   */
  @Override
  public FeaturePyramid apply(Scope s, Backbone backbone, Tensor image) {
    Stage stage = requirePlain(backbone);
    Tensor[] maps = new Tensor[4];
    Features x = backbone.stem(s, image);
    int done = 0;
    for (int i = 0; i < 4; i++) {
      int end = outIndices.get(outIndices.size() == 1 ? 0 : i) + 1;
      x = backbone.blocks(s, x, 0, done, end);
      done = end;
      maps[i] = x.with(layerNorm(s.at("norm" + (i + 1)), x.tokens(), EPSILON)).map();
    }
    // Later blocks have no effect but are part of the model and its checkpoint.
    backbone.blocks(s, x, 0, done, stage.blocks());
    Scope up1 = s.at("up1");
    Tensor middle = groupNorm(up1.at(1), upsample(up1.at(0), maps[0]), GROUPS).gelu();
    return FeaturePyramid.from(
        4,
        List.of(
            upsample(up1.at(3), middle),
            upsample(s.at("up2"), maps[1]),
            maps[2],
            maps[3].apply(new Convolution.MaxPool(2, 2, 0))));
  }

  private static Tensor upsample(Scope s, Tensor map) {
    int width = map.dim(1);
    Init weight = new Init.Normal((float) Math.sqrt(2.0 / (4 * width)));
    return Conv2d.upsample(s, map, width, 2, weight, Init.zeros());
  }

  private Stage requirePlain(Backbone backbone) {
    List<Stage> stages = backbone.stages();
    Stage stage = stages.get(0);
    if (stages.size() != 1 || stage.stride() != 16 || stage.channels() % GROUPS != 0) {
      throw new IllegalArgumentException(
          "the ViT baseline needs a plain backbone of stride 16 whose width is a multiple of "
              + GROUPS
              + ", but this one has the stages "
              + stages);
    }
    if (outIndices.get(outIndices.size() - 1) >= stage.blocks()) {
      throw new IllegalArgumentException(
          "VitBaseline: outIndices "
              + outIndices
              + " names a block that is not among the "
              + stage.blocks()
              + " blocks of the backbone");
    }
    return stage;
  }
}
