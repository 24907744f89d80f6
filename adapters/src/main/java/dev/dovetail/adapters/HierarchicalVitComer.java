package dev.dovetail.adapters;

import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.Stage;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.nn.Conv2d;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * ViT-CoMer (Xia et al., CVPR 2024) over a hierarchical backbone. The authors say that Swin's
 * stages are added to C3, C4 and C5 in CTI, and released no code; what is computed here is defined
 * in {@code docs/adapters.md}. All of its own parameters are below {@code comer}.
 *
 * @param width channels of the convolutional branch and of the results
 * @param stemChannels channels of the convolutional stem
 * @param points sampled points of the deformable attention
 * @param deformHeads heads of the deformable attention
 * @param deformRatio width of its values over {@code width}
 * @param mrfpRatio hidden channels of MRFP over {@code width}
 * @param ffnRatio hidden channels of the feed-forward layers over {@code width}
 * @param ffn whether the way to the convolutional branch has feed-forward layers
 * @param cnnInteraction whether the levels of the convolutional branch attend to each other
 * @param extraCtis extra blocks after the last stage
 * @param initialGamma what {@code gamma}, which scales what the backbone gets, is before training
 */
public record HierarchicalVitComer(
    int width,
    int stemChannels,
    int points,
    int deformHeads,
    double deformRatio,
    double mrfpRatio,
    double ffnRatio,
    boolean ffn,
    boolean cnnInteraction,
    int extraCtis,
    double initialGamma)
    implements Adapter {

  private static final int FINEST = 4;
  private static final int LEVELS = 3;

  /**
   * @param width channels of the convolutional branch and of the results
   * @param stemChannels channels of the convolutional stem
   * @param points sampled points of the deformable attention
   * @param deformHeads heads of the deformable attention
   * @param deformRatio width of its values over {@code width}
   * @param mrfpRatio hidden channels of MRFP over {@code width}
   * @param ffnRatio hidden channels of the feed-forward layers over {@code width}
   * @param ffn whether the way to the convolutional branch has feed-forward layers
   * @param cnnInteraction whether the levels of the convolutional branch attend to each other
   * @param extraCtis extra blocks after the last stage
   * @param initialGamma what {@code gamma}, which scales what the backbone gets, is before training
   * @throws IllegalArgumentException if the numbers make no model
   */
  public HierarchicalVitComer {
    if (width < 1 || extraCtis < 0) {
      throw new IllegalArgumentException(
          "HierarchicalVitComer: width "
              + width
              + " must be positive, extraCtis "
              + extraCtis
              + " not negative");
    }
  }

  /**
   * The numbers of ViT-CoMer-S.
   *
   * @return the small adapter
   */
  public static HierarchicalVitComer defaults() {
    return new HierarchicalVitComer(384, 64, 4, 6, 1, 0.5, 0.25, true, true, 4, 0);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Names the values {@code comer.stage4} to {@code comer.stage32}, what the backbone's stages
   * of these strides give.
   *
   * @throws IllegalArgumentException if the backbone has no stages of strides 4, 8, 16 and 32
   */
  @Override
  public FeaturePyramid apply(Scope s, Backbone backbone, Tensor image) {
    Map<Integer, Integer> used = lastOfEachStride(backbone);
    Scope own = s.at("comer");
    List<Tensor> prior = own.in("spm", p -> new SpatialPrior(stemChannels, width).apply(p, image));
    Tensor c1 = prior.get(0);
    TokenPyramid c = TokenPyramid.withLevelEmbedding(own, prior.subList(1, 1 + LEVELS));
    Features x = backbone.stem(s, image);
    for (int i = 0; i < backbone.stages().size(); i++) {
      Stage stage = backbone.stages().get(i);
      x = backbone.blocks(s, x, i, 0, stage.blocks());
      if (stage.stride() < FINEST || used.get(stage.stride()) != i) {
        continue;
      }
      Tensor out = own.tap("stage" + stage.stride(), backbone.output(s, x, i));
      if (stage.stride() == FINEST) {
        c1 = c1.plus(Grid.of(c1).resampled(project(own.at("stem_proj"), out)));
      } else {
        int level = Integer.numberOfTrailingZeros(stage.stride() / (2 * FINEST));
        BranchState in = new BranchState(x, c);
        BranchState after = own.at("interactions").in(level, n -> interact(n, level, in, out));
        x = after.x();
        c = after.c();
      }
    }
    return BranchSum.of(own, c1, c, List.of());
  }

  /**
   * The branches exchange features after the stage of {@code level}.
   *
   * @param out the stage's output [batch, channels, height, width]
   */
  private BranchState interact(Scope s, int level, BranchState in, Tensor out) {
    MultiScaleDeformableAttention attention =
        new MultiScaleDeformableAttention(deformHeads, points, (int) (width * deformRatio));
    int hidden = (int) (width * ffnRatio);
    Tensor pooled = s.in("mrfp", m -> new Mrfp((int) (width * mrfpRatio)).apply(m, in.c()));
    Tensor map = in.c().grids().get(level).resampled(project(s.at("from_stage"), out));
    Tensor added = map.flatten(2, 3).permute(0, 2, 1);
    TokenPyramid merged = in.c().with(pooled).plusAt(level, added);
    boolean last = level == LEVELS - 1;
    Features x = last ? in.x() : toStage(s, attention, hidden, in.x(), merged);
    int toC = ffn ? hidden : 0;
    TokenPyramid c = merged;
    if (cnnInteraction) {
      c = c.with(s.in("cti_toc", t -> new CnnInteraction(attention, toC).apply(t, merged)));
    }
    ExtraCti extra = new ExtraCti(attention, toC, cnnInteraction);
    for (int i = 0; i < (last ? extraCtis : 0); i++) {
      TokenPyramid sum = c.plusAt(level, added);
      c = c.with(s.at("extra_CTIs").in(i, e -> extra.mix(e, sum)));
    }
    return new BranchState(x, c.with(s.tap("c", c.tokens())));
  }

  /** The stage's tokens with what the next stage gets of the convolutional branch. */
  private Features toStage(
      Scope s, MultiScaleDeformableAttention attention, int hidden, Features x, TokenPyramid c) {
    int channels = x.tokens().dim(2);
    CtiToV cti = new CtiToV(attention, new ConvFfn(hidden));
    Grid grid = new Grid(x.height(), x.width());
    Tensor mixed = s.in("cti_tov", v -> cti.atSize(v, c, grid));
    Tensor projected = Conv2d.of(channels, 1).apply(s.at("to_stage"), mixed);
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
          "hierarchical ViT-CoMer needs a backbone with stages of strides 4, 8, 16 and 32, and this"
              + " one has strides "
              + backbone.strides()
              + "; for plain backbones there is the adapter 'vit-comer'");
    }
    return last;
  }
}
