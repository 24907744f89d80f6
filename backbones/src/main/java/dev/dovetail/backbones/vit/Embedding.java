package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.graph.nn.Norms;
import java.util.ArrayList;
import java.util.List;

/**
 * What a plain vision transformer does before its first block: an image's patches become tokens,
 * get position codes, and learned tokens are put before them.
 *
 * @param classToken whether there is a class token ({@code cls_token})
 * @param distillationToken whether DeiT's distillation token follows it ({@code dist_token})
 * @param registers tokens without a task before the grid (Darcet et al. 2024; {@code reg_token})
 * @param positions the position codes added to the tokens
 * @param leading entries of {@code pos_embed} before the grid's. They belong to the first tokens
 *     before the grid; a model with fewer such tokens leaves the others unused
 * @param resize how {@code pos_embed} serves another grid
 * @param norm whether a norm follows ({@code norm_pre}); the patches then have no bias
 * @param kernel extent in pixels of the checkpoint's patch kernel; 0 for the model's own
 * @param resizeKernel how such a kernel serves the model's patches
 */
public record Embedding(
    boolean classToken,
    boolean distillationToken,
    int registers,
    Positions positions,
    int leading,
    Interpolation resize,
    boolean norm,
    int kernel,
    Interpolation resizeKernel) {

  /** Position codes of the grid's tokens. */
  public enum Positions {
    /** None; the attention knows where tokens are. */
    NONE,
    /** A learned table. */
    LEARNED,
    /** Fixed sines and cosines, columns in the first half of the channels (MAE). */
    SINUSOIDAL,
    /** The same, rows in the first half (MoCo v3). */
    SINUSOIDAL_ROWS
  }

  /** Init of everything learned here. */
  private static final Init TOKEN = new Init.TruncatedNormal(0.02f);

  /**
   * @param classToken whether there is a class token ({@code cls_token})
   * @param distillationToken whether DeiT's distillation token follows it ({@code dist_token})
   * @param registers tokens without a task before the grid (Darcet et al. 2024; {@code reg_token})
   * @param positions the position codes added to the tokens
   * @param leading entries of {@code pos_embed} before the grid's. They belong to the first tokens
   *     before the grid; a model with fewer such tokens leaves the others unused
   * @param resize how {@code pos_embed} serves another grid
   * @param norm whether a norm follows ({@code norm_pre}); the patches then have no bias
   * @param kernel extent in pixels of the checkpoint's patch kernel; 0 for the model's own
   * @param resizeKernel how such a kernel serves the model's patches
   * @throws IllegalArgumentException if a number is negative
   */
  public Embedding {
    if (registers < 0 || leading < 0 || kernel < 0) {
      throw new IllegalArgumentException(
          "embedding: registers, leading and kernel must not be negative, and are "
              + registers
              + ", "
              + leading
              + " and "
              + kernel);
    }
  }

  /**
   * As ViT-CoMer has it: no token before the grid, whose code is in the table all the same.
   *
   * @return the embedding
   */
  public static Embedding comer() {
    return new Embedding(
        false,
        false,
        0,
        Positions.LEARNED,
        1,
        Interpolation.BICUBIC,
        false,
        0,
        Interpolation.BILINEAR);
  }

  /** {@return a class token and a learned code for it and each patch, as ViT has it} */
  public static Embedding vit() {
    return ofTokens(1, 0, Positions.LEARNED, 1, Interpolation.ANTIALIASED);
  }

  /** As many tokens before the grid: class token, distillation token if there are two. */
  static Embedding ofTokens(
      int tokens, int registers, Positions positions, int leading, Interpolation resize) {
    return new Embedding(
        tokens > 0,
        tokens > 1,
        registers,
        positions,
        leading,
        resize,
        false,
        0,
        Interpolation.FLEXI);
  }

  /** Tokens before the grid. */
  int prefix() {
    return (classToken ? 1 : 0) + (distillationToken ? 1 : 0) + registers;
  }

  /**
   * The tokens of an image [batch, 3, height, width]. Where patches do not divide it, it is
   * extended with zeros at the bottom and right.
   */
  Features apply(Scope s, Tensor image, VisionTransformer vit) {
    Features grid = Features.ofMap(patches(s.at("patch_embed.proj"), image, vit), vit.patchSize());
    List<Tensor> before = prefixTokens(s, vit.width());
    Tensor tokens = grid.tokens();
    if (positions == Positions.LEARNED) {
      Tensor codes =
          new PositionEmbedding(vit.rows(), vit.columns(), leading, resize)
              .entries(s, grid.height(), grid.width(), vit.width());
      s.tap("resized_pos_embed", codes);
      tokens = tokens.plus(leading == 0 ? codes : codes.slice(1, leading, leading + tokens.dim(1)));
      int coded = Math.min(leading, prefix());
      if (coded > 0) {
        Tensor all = Tensor.concat(1, before);
        Tensor first = all.slice(1, 0, coded).plus(codes.slice(1, 0, coded));
        before = coded == prefix() ? List.of(first) : List.of(first, all.slice(1, coded, prefix()));
      }
    } else if (positions != Positions.NONE) {
      s.ignoreKeys("pos_embed", "fixed position codes, which are computed");
      boolean rowsFirst = positions == Positions.SINUSOIDAL_ROWS;
      tokens =
          tokens.plus(s.constant(sinusoids(grid.height(), grid.width(), vit.width(), rowsFirst)));
    }
    if (prefix() > 0) {
      List<Tensor> parts = new ArrayList<>();
      before.forEach(t -> parts.add(t.expand(image.dim(0), t.dim(1), vit.width())));
      parts.add(tokens);
      tokens = Tensor.concat(1, parts);
    }
    s.tap("embed", tokens);
    if (norm) {
      tokens = Norms.layerNorm(s.at("norm_pre"), tokens, vit.epsilon());
    }
    return new Features(tokens, grid.height(), grid.width(), prefix(), vit.patchSize());
  }

  private Tensor patches(Scope s, Tensor image, VisionTransformer vit) {
    int patch = vit.patchSize();
    int extent = kernel == 0 ? patch : kernel;
    Init init = new Init.FanIn(image.dim(1) * extent * extent);
    Tensor whole =
        image
            .pad(2, 0, Math.floorMod(-image.dim(2), patch), 0)
            .pad(3, 0, Math.floorMod(-image.dim(3), patch), 0);
    return s.run(
        () -> {
          Tensor learned = s.weight("weight", init, vit.width(), image.dim(1), extent, extent);
          Tensor weight = resizeKernel.apply(learned, patch, patch);
          Convolution.Conv cut = new Convolution.Conv(patch, 0, 1);
          return norm
              ? whole.apply(cut, weight)
              : whole.apply(cut, weight, s.weight("bias", Init.zeros(), vit.width()));
        });
  }

  /** The learned tokens before the grid, each [1, tokens, width]. */
  private List<Tensor> prefixTokens(Scope s, int width) {
    s.ignoreKeys("mask_token", "stands for hidden patches in the pre-training only");
    List<Tensor> tokens = new ArrayList<>();
    if (classToken) {
      tokens.add(s.weight("cls_token", TOKEN, 1, 1, width));
    }
    if (distillationToken) {
      tokens.add(s.weight("dist_token", TOKEN, 1, 1, width));
    }
    if (registers > 0) {
      tokens.add(s.weight("reg_token", TOKEN, 1, registers, width));
    }
    return tokens;
  }

  /** Sines, then cosines of one coordinate, then those of the other: [1, cells, channels]. */
  static TensorData sinusoids(int height, int width, int channels, boolean rowsFirst) {
    int quarter = channels / 4;
    float[] codes = new float[height * width * channels];
    for (int i = 0; i < codes.length; i++) {
      int cell = i / channels;
      int channel = i % channels;
      if (channel >= 4 * quarter) {
        continue;
      }
      boolean ofRow = channel < 2 * quarter == rowsFirst;
      int place = ofRow ? cell / width : cell % width;
      double angle = place * Math.pow(10000, -(channel % quarter) / (double) quarter);
      boolean sine = channel / quarter % 2 == 0;
      codes[i] = (float) (sine ? Math.sin(angle) : Math.cos(angle));
    }
    return TensorData.of(codes, 1, height * width, channels);
  }
}
