package dev.dovetail.adapters;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.function.UnaryOperator;

/**
 * One stage of ViT-CoMer (Xia et al. 2024, figure 3): the branches exchange features before and
 * after a run of transformer blocks.
 *
 * @param flavour which published code it follows
 * @param attention the deformable attention of all its parts
 * @param mrfpHidden hidden channels of its MRFP
 * @param ffnHidden hidden channels of its feed-forward layers
 * @param ffn whether those on the way to the convolutional branch exist
 * @param toV whether features go to the transformer
 * @param toC whether features go to the convolutional branch
 * @param cnnInteraction whether the levels of the convolutional branch attend to each other
 * @param extraCtis how many extra blocks follow
 */
public record Interaction(
    VitComer.Flavour flavour,
    MultiScaleDeformableAttention attention,
    int mrfpHidden,
    int ffnHidden,
    boolean ffn,
    boolean toV,
    boolean toC,
    boolean cnnInteraction,
    int extraCtis) {

  /**
   * @param s where the stage's parameters are
   * @param in both branches before the stage
   * @param blocks the stage's transformer blocks
   * @return both branches after it
   */
  public BranchState apply(Scope s, BranchState in, UnaryOperator<Features> blocks) {
    Features x = in.x();
    TokenPyramid c = in.c();
    if (toV) {
      TokenPyramid before = c;
      Tensor pooled = s.in(flavour.mrfp(), m -> new Mrfp(mrfpHidden).apply(m, before));
      Tensor grid = x.grid();
      TokenPyramid merged = c.with(pooled).plusAt(1, grid);
      CtiToV cti = new CtiToV(attention, new ConvFfn(ffnHidden));
      x = x.withGrid(s.in(flavour.toV(), v -> cti.apply(v, grid, merged)));
      c = merged;
    } else if (flavour.mrfpAlways()) {
      s.ignoreKeys(flavour.mrfp() + ".*", "nothing goes to the transformer in this stage");
      new Mrfp(mrfpHidden).apply(s.at(flavour.mrfp()), c);
    }
    x = x.with(s.tap("x", blocks.apply(x).tokens()));
    return new BranchState(x, c.with(s.tap("c", toCnn(s, c, x.grid()))));
  }

  private Tensor toCnn(Scope s, TokenPyramid c, Tensor x) {
    int hidden = ffn ? ffnHidden : 0;
    TokenPyramid y = c;
    if (toC) {
      CtiToC cti = new CtiToC(attention, hidden, cnnInteraction);
      y = c.with(s.in(flavour.toC(), t -> cti.apply(t, c, x)));
    }
    ExtraCti extra = new ExtraCti(attention, hidden, cnnInteraction);
    for (int i = 0; i < extraCtis; i++) {
      TokenPyramid before = y;
      y = y.with(s.at(flavour.extra()).in(i, e -> extra.apply(e, before, x)));
    }
    return y.tokens();
  }
}
