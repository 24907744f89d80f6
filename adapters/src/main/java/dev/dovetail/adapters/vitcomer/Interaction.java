package dev.dovetail.adapters.vitcomer;

import dev.dovetail.adapters.interaction.BranchState;
import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.nn.TokenPyramid;
import java.util.function.UnaryOperator;

/**
 * One stage of ViT-CoMer (Xia et al. 2024, figure 3): the branches exchange features before and
 * after a run of transformer blocks.
 *
 * @param toV whether features go to the transformer
 * @param toC whether features go to the convolutional branch
 * @param mrfpHidden hidden channels of the MRFP
 * @param ctiToV the exchange toward the transformer
 * @param ctiToC the exchange toward the convolutional branch
 * @param extraCtis number of extra blocks at the end
 */
public record Interaction(
    boolean toV, boolean toC, int mrfpHidden, CtiToV ctiToV, CtiToC ctiToC, int extraCtis) {

  /** The level of the convolutional branch that has the transformer's stride. */
  private static final int MIDDLE = 1;

  /**
   * @param s the scope of the stage's parameters
   * @param in the state before the stage
   * @param blocks the stage's transformer blocks
   * @return the state after the stage
   */
  public BranchState apply(Scope s, BranchState in, UnaryOperator<Features> blocks) {
    Features x = in.x();
    TokenPyramid c = in.c();
    if (toV) {
      c = new Mrfp(mrfpHidden).apply(s.at("mrfp"), c).plusAt(MIDDLE, x.grid());
      x = x.withGrid(ctiToV.apply(s.at("cti_tov"), x.grid(), c));
    }
    x = blocks.apply(x);
    if (toC) {
      c = ctiToC.apply(s.at("cti_toc"), c.plusAt(MIDDLE, x.grid()));
    }
    return extra(s.at("extra_CTIs"), new BranchState(x, c));
  }

  private BranchState extra(Scope s, BranchState in) {
    ExtraCti extra = new ExtraCti(ctiToC);
    Features x = in.x();
    return new BranchState(
        x, s.fold(0, extraCtis, in.c(), (e, c, i) -> extra.apply(e, c.plusAt(MIDDLE, x.grid()))));
  }
}
