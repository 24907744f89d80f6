package dev.dovetail.adapters.vitcomer;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.adapters.Adapter;
import dev.dovetail.adapters.interaction.BranchState;
import dev.dovetail.adapters.interaction.BranchSum;
import dev.dovetail.adapters.interaction.DeformableOptions;
import dev.dovetail.adapters.interaction.FeedForward;
import dev.dovetail.adapters.interaction.LevelEmbedding;
import dev.dovetail.adapters.interaction.SpatialPrior;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.Stage;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.TokenPyramid;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * ViT-CoMer (Xia et al., CVPR 2024) over a hierarchical backbone. The authors describe that Swin's
 * stages are added to C3, C4 and C5 in CTI but released no code; {@code docs/adapters.md} defines
 * this implementation. All of its own parameters are below {@code comer}.
 *
 * @param width channels of the convolutional branch and of the results
 * @param stemChannels channels of the convolutional stem
 * @param deformable the options of the deformable attention; in a config, their keys are at the
 *     same level as the others
 * @param mrfpRatio ratio of the hidden channels of MRFP to {@code width}
 * @param feedForward the options of the feed-forward layers, likewise
 * @param cnnInteraction whether the levels of the convolutional branch attend to each other
 * @param extraCtis number of extra blocks after the last stage
 * @param initialGamma initial value of {@code gamma}, which scales the features for the backbone
 */
public record HierarchicalVitComer(
    int width,
    int stemChannels,
    @JsonUnwrapped DeformableOptions deformable,
    double mrfpRatio,
    @JsonUnwrapped FeedForward feedForward,
    boolean cnnInteraction,
    int extraCtis,
    double initialGamma)
    implements Adapter {

  private static final int FINEST = 4;
  private static final int LEVELS = 3;

  /**
   * @throws IllegalArgumentException if a value is out of range
   */
  public HierarchicalVitComer {
    if (width < 1 || extraCtis < 0) {
      throw new IllegalArgumentException(
          "HierarchicalVitComer: width "
              + width
              + " must be positive and extraCtis "
              + extraCtis
              + " not negative");
    }
  }

  /** {@return the small adapter, with the values of ViT-CoMer-S} */
  public static HierarchicalVitComer defaults() {
    return new HierarchicalVitComer(
        384, 64, DeformableOptions.defaults(), 0.5, FeedForward.defaults(), true, 4, 0);
  }

  /**
   * {@inheritDoc}
   *
   * <p>The outputs of the backbone's stages are tapped by their strides, as {@code comer.stage4} to
   * {@code comer.stage32}.
   *
   * @throws IllegalArgumentException if the backbone has no stages of strides 4, 8, 16 and 32
   */
  @Override
  public FeaturePyramid apply(Scope s, Backbone backbone, Tensor image) {
    Map<Integer, Integer> used = lastOfEachStride(backbone);
    Scope own = s.at("comer");
    List<Tensor> prior = new SpatialPrior(stemChannels, width).apply(own.at("spm"), image);
    Tensor c1 = prior.get(0);
    TokenPyramid c = LevelEmbedding.embed(own, prior.subList(1, 1 + LEVELS));
    Features x = backbone.stem(s, image);
    for (int i = 0; i < backbone.stages().size(); i++) {
      Stage stage = backbone.stages().get(i);
      x = backbone.blocks(s, x, i, 0, stage.blocks());
      if (stage.stride() < FINEST || used.get(stage.stride()) != i) {
        continue;
      }
      Tensor out = own.tap("stage" + stage.stride(), backbone.output(s, x, i));
      if (stage.stride() == FINEST) {
        c1 = c1.plus(Extent.of(c1).resampled(project(own.at("stem_proj"), out)));
      } else {
        int level = Integer.numberOfTrailingZeros(stage.stride() / (2 * FINEST));
        BranchState after = interact(own.at("interactions").at(level), level, x, c, out);
        x = after.x();
        c = after.c();
        own.at("interactions").at(level).tap("c", c.tokens());
      }
    }
    return BranchSum.of(own, c1, c, List.of());
  }

  /**
   * Exchanges features between the branches after the stage of {@code level}.
   *
   * @param out the stage's output [batch, channels, height, width]
   */
  private BranchState interact(Scope s, int level, Features x, TokenPyramid c, Tensor out) {
    return s.run(
        () -> {
          Tensor map = c.grids().get(level).resampled(project(s.at("from_stage"), out));
          Tensor added = map.flatten(2, 3).permute(0, 2, 1);
          TokenPyramid pooled = new Mrfp((int) (width * mrfpRatio)).apply(s.at("mrfp"), c);
          TokenPyramid merged = pooled.plusAt(level, added);
          return level < LEVELS - 1
              ? new BranchState(toStage(s, x, merged), toBranch(s, merged))
              : new BranchState(x, extra(s, level, toBranch(s, merged), added));
        });
  }

  private TokenPyramid toBranch(Scope s, TokenPyramid c) {
    return cnnInteraction ? ctiToC().apply(s.at("cti_toc"), c) : c;
  }

  private TokenPyramid extra(Scope s, int level, TokenPyramid c, Tensor added) {
    ExtraCti extra = new ExtraCti(ctiToC());
    Scope layers = s.at("extra_CTIs");
    return layers.fold(0, extraCtis, c, (e, y, i) -> extra.apply(e, y.plusAt(level, added)));
  }

  private CtiToC ctiToC() {
    return new CtiToC(deformable.layer(width), feedForward.toBranch(width), cnnInteraction);
  }

  /**
   * Adds the scaled features of the convolutional branch to the stage's tokens, for the next stage.
   */
  private Features toStage(Scope s, Features x, TokenPyramid c) {
    int channels = x.tokens().dim(2);
    CtiToV cti = new CtiToV(deformable.layer(width), feedForward.toTransformer(width));
    Tensor exchanged = cti.atSize(s.at("cti_tov"), c, new Extent(x.height(), x.width()));
    Tensor projected = Conv2d.of(channels, 1).apply(s.at("to_stage"), exchanged);
    Tensor gamma = s.weight("gamma", new Init.Constant((float) initialGamma), channels);
    Tensor tokens = projected.flatten(2, 3).permute(0, 2, 1);
    return x.withGrid(s.tap("x", x.grid().plus(tokens.times(gamma))));
  }

  private Tensor project(Scope s, Tensor map) {
    return Conv2d.of(width, 1).apply(s, map);
  }

  private static Map<Integer, Integer> lastOfEachStride(Backbone backbone) {
    List<Stage> stages = backbone.stages();
    Map<Integer, Integer> last = new TreeMap<>();
    for (int i = 0; i < stages.size(); i++) {
      if (stages.get(i).stride() >= FINEST) {
        last.put(stages.get(i).stride(), i);
      }
    }
    if (!List.copyOf(last.keySet()).equals(List.of(4, 8, 16, 32))) {
      throw new IllegalArgumentException(
          "hierarchical ViT-CoMer needs a backbone with stages of strides 4, 8, 16 and 32, but this"
              + " one has strides "
              + backbone.strides()
              + "; use the adapter 'vit-comer' for plain backbones");
    }
    return last;
  }
}
