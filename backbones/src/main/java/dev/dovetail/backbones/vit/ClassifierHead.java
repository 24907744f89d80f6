package dev.dovetail.backbones.vit;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Norms.channelLayerNorm;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.backbones.Classifier;
import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;

/**
 * The layers of a plain vision transformer after its blocks, for classification and for the feature
 * maps that a neck or a head reads.
 *
 * @param pool the tokens that are pooled for classification
 * @param norm the place of the final norm
 * @param neck channels of the convolutions that follow the blocks in SAM ({@code neck}); 0 for none
 * @param outputNorm the feature maps that the final norm is applied to
 */
public record ClassifierHead(Pool pool, Norm norm, int neck, OutputNorm outputNorm) {

  /** The tokens that are pooled for classification. */
  public enum Pool {
    /** The class token. */
    CLASS,
    /**
     * The class token and the distillation token, each with its own linear layer; the logits are
     * averaged (DeiT).
     */
    CLASS_AND_DISTILLATION,
    /** The mean of the grid's tokens. */
    MEAN,
    /** The class token concatenated with the mean of the grid's tokens (DINOv2). */
    CLASS_AND_MEAN
  }

  /** The place of the final norm. */
  public enum Norm {
    /** There is no final norm. */
    NONE,
    /** Before pooling ({@code norm}). */
    TOKENS,
    /** After pooling ({@code fc_norm}). */
    POOLED
  }

  /** The feature maps that the final norm ({@code norm}) is applied to. */
  public enum OutputNorm {
    /** None. */
    NONE,
    /** The map of the last block only: transformers' DINOv3 without {@code apply_layernorm}. */
    LAST,
    /** All maps, whatever their block: the backbones of RF-DETR and DEIMv2. */
    ALL
  }

  /**
   * Creates a head that leaves feature maps for a neck or a head unchanged.
   *
   * @param pool the tokens that are pooled for classification
   * @param norm the place of the final norm
   * @param neck channels of the convolutions that follow the blocks in SAM; 0 for none
   */
  public ClassifierHead(Pool pool, Norm norm, int neck) {
    this(pool, norm, neck, OutputNorm.NONE);
  }

  /**
   * Returns the head of ViT.
   *
   * @return the head
   */
  public static ClassifierHead ofClassToken() {
    return new ClassifierHead(Pool.CLASS, Norm.TOKENS, 0);
  }

  /**
   * {@return a head that averages the tokens of the grid}
   *
   * @param norm the place of the norm
   */
  public static ClassifierHead ofMean(Norm norm) {
    return new ClassifierHead(Pool.MEAN, norm, 0);
  }

  /**
   * {@return a copy that normalizes other feature maps}
   *
   * @param maps the feature maps that the final norm is applied to
   */
  public ClassifierHead withOutputNorm(OutputNorm maps) {
    return new ClassifierHead(pool, norm, neck, maps);
  }

  /** Computes the tokens for a neck or a head. */
  Features tokens(Scope s, Features x, boolean last, double epsilon) {
    return isNormalised(s, last) ? x.with(layerNorm(s.at("norm"), x.tokens(), epsilon)) : x;
  }

  private boolean isNormalised(Scope s, boolean last) {
    s.ignoreKeys("norm.*", "the final norm, which is not applied to these maps");
    return outputNorm == OutputNorm.ALL || outputNorm == OutputNorm.LAST && last;
  }

  /** Computes the feature map for a neck or a head. */
  Tensor output(Scope s, Features x, boolean last, double epsilon) {
    if (!isNormalised(s, last)) {
      return x.map();
    }
    Tensor grid = layerNorm(s.at("norm"), x.grid(), epsilon);
    return new Features(grid, x.height(), x.width(), 0, x.stride()).map();
  }

  /** See {@link Classifier#logits}. */
  Tensor apply(Scope s, Features last, int classes, double epsilon) {
    Features x = last;
    if (neck > 0) {
      Tensor map = s.tap("features", convolutions(s.at("neck"), last.map()));
      x = Features.ofMap(map, last.stride());
    } else {
      x = norm == Norm.TOKENS ? x.with(layerNorm(s.at("norm"), x.tokens(), epsilon)) : x;
      s.tap("features", x.tokens());
    }
    if (pool == Pool.CLASS_AND_DISTILLATION) {
      Tensor one = classified(s, "head", x.tokens().select(1, 0), classes);
      Tensor other = classified(s, "head_dist", x.tokens().select(1, 1), classes);
      return one.plus(other).times(0.5);
    }
    Tensor pooled =
        switch (pool) {
          case CLASS -> x.tokens().select(1, 0);
          case MEAN -> x.grid().mean(1, false);
          default -> Tensor.concat(1, x.tokens().select(1, 0), x.grid().mean(1, false));
        };
    if (norm == Norm.POOLED) {
      pooled = layerNorm(s.at("fc_norm"), pooled, epsilon);
    }
    return classified(s, "head", pooled, classes);
  }

  private static Tensor classified(Scope s, String layer, Tensor pooled, int classes) {
    return classes == 0 ? pooled : linear(s.at(layer), pooled, classes);
  }

  /** SAM's neck, which maps [batch, width, height, width] to {@code neck} channels. */
  private Tensor convolutions(Scope s, Tensor map) {
    Tensor y = Conv2d.of(neck, 1).withoutBias().apply(s.at(0), map);
    y = channelLayerNorm(s.at(1), y, 1e-6);
    y = Conv2d.of(neck, 3).withoutBias().apply(s.at(2), y);
    return channelLayerNorm(s.at(3), y, 1e-6);
  }
}
