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
 * What a plain vision transformer does after its blocks: to classify an image, and to the maps that
 * it gives to a neck or a head.
 *
 * @param pool what is classified
 * @param norm where the last norm is
 * @param neck channels of the convolutions that follow the blocks in SAM ({@code neck}); 0 for none
 * @param outputNorm which maps for a neck or a head go through the last norm
 */
public record ClassifierHead(Pool pool, Norm norm, int neck, OutputNorm outputNorm) {

  /** What is classified. */
  public enum Pool {
    /** The class token. */
    CLASS,
    /** Class and distillation token, each by a layer of its own; the mean of both (DeiT). */
    CLASS_AND_DISTILLATION,
    /** The mean of the grid's tokens. */
    MEAN,
    /** The class token beside the mean of the grid's tokens (DINOv2). */
    CLASS_AND_MEAN
  }

  /** Where the last norm is. */
  public enum Norm {
    /** There is none. */
    NONE,
    /** Over the tokens ({@code norm}). */
    TOKENS,
    /** Over what was pooled ({@code fc_norm}). */
    POOLED
  }

  /** Which maps for a neck or a head go through the last norm ({@code norm}). */
  public enum OutputNorm {
    /** None. */
    NONE,
    /** The map after the last block only: transformers' DINOv3 without {@code apply_layernorm}. */
    LAST,
    /** Each, after whichever block it is taken: the backbones of RF-DETR and DEIMv2. */
    ALL
  }

  /**
   * Maps for a neck or a head are as the blocks give them.
   *
   * @param pool what is classified
   * @param norm where the last norm is
   * @param neck channels of the convolutions that follow the blocks in SAM; 0 for none
   */
  public ClassifierHead(Pool pool, Norm norm, int neck) {
    this(pool, norm, neck, OutputNorm.NONE);
  }

  /**
   * As ViT has it.
   *
   * @return the head
   */
  public static ClassifierHead ofClassToken() {
    return new ClassifierHead(Pool.CLASS, Norm.TOKENS, 0);
  }

  /**
   * {@return the mean of the grid's tokens}
   *
   * @param norm which norm, and where
   */
  public static ClassifierHead ofMean(Norm norm) {
    return new ClassifierHead(Pool.MEAN, norm, 0);
  }

  /**
   * {@return the same with other maps for a neck or a head}
   *
   * @param maps which of them go through the last norm
   */
  public ClassifierHead withOutputNorm(OutputNorm maps) {
    return new ClassifierHead(pool, norm, neck, maps);
  }

  /** The tokens for a neck or a head. */
  Features tokens(Scope s, Features x, boolean last, double epsilon) {
    return isNormalised(s, last) ? x.with(layerNorm(s.at("norm"), x.tokens(), epsilon)) : x;
  }

  private boolean isNormalised(Scope s, boolean last) {
    s.ignoreKeys("norm.*", "the last norm, where maps do not go through it");
    return outputNorm == OutputNorm.ALL || outputNorm == OutputNorm.LAST && last;
  }

  /** The map for a neck or a head. */
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

  /** SAM's neck: [batch, width, height, width] to {@code neck} channels. */
  private Tensor convolutions(Scope s, Tensor map) {
    Tensor y = Conv2d.of(neck, 1).withoutBias().apply(s.at(0), map);
    y = channelLayerNorm(s.at(1), y, 1e-6);
    y = Conv2d.of(neck, 3).withoutBias().apply(s.at(2), y);
    return channelLayerNorm(s.at(3), y, 1e-6);
  }
}
