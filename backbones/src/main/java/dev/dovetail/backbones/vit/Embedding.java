package dev.dovetail.backbones.vit;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.graph.nn.Norms;
import java.util.ArrayList;
import java.util.List;

/**
 * The layers of a plain vision transformer before its first block: the patch embedding, the
 * position embedding, and the learned tokens that precede the patches.
 *
 * @param tokens the learned tokens before the grid
 * @param codes the position embedding
 * @param norm whether a norm follows ({@code norm_pre}); if so, the patch embedding has no bias
 * @param patches the patch embedding
 */
public record Embedding(
    @JsonUnwrapped Tokens tokens,
    @JsonUnwrapped Codes codes,
    boolean norm,
    @JsonUnwrapped Patches patches) {

  /** The kinds of position embedding of the grid's tokens. */
  public enum Positions {
    /** None; the attention encodes the positions. */
    NONE,
    /** A learned table. */
    LEARNED,
    /** Fixed sines and cosines, columns in the first half of the channels (MAE). */
    SINUSOIDAL,
    /** Fixed sines and cosines, rows in the first half of the channels (MoCo v3). */
    SINUSOIDAL_ROWS
  }

  /**
   * The learned tokens before the grid.
   *
   * @param classToken whether there is a class token ({@code cls_token})
   * @param distillationToken whether DeiT's distillation token follows it ({@code dist_token})
   * @param registers number of register tokens before the grid (Darcet et al. 2024; {@code
   *     reg_token})
   */
  public record Tokens(boolean classToken, boolean distillationToken, int registers) {

    /**
     * @param classToken whether there is a class token ({@code cls_token})
     * @param distillationToken whether DeiT's distillation token follows it ({@code dist_token})
     * @param registers number of register tokens before the grid (Darcet et al. 2024; {@code
     *     reg_token})
     * @throws IllegalArgumentException if {@code registers} is negative
     */
    public Tokens {
      requireNotNegative("registers", registers);
    }

    /** Returns the number of tokens before the grid. */
    int count() {
      return (classToken ? 1 : 0) + (distillationToken ? 1 : 0) + registers;
    }
  }

  /**
   * The position embedding.
   *
   * @param positions the kind of embedding of the grid's tokens
   * @param leading number of entries of {@code pos_embed} before those of the grid. They are for
   *     the first tokens before the grid; if the model has fewer such tokens, the rest is unused
   * @param resize how {@code pos_embed} is resized to another grid
   */
  public record Codes(Positions positions, int leading, Interpolation resize) {

    /**
     * @param positions the kind of embedding of the grid's tokens
     * @param leading number of entries of {@code pos_embed} before those of the grid. They are for
     *     the first tokens before the grid; if the model has fewer such tokens, the rest is unused
     * @param resize how {@code pos_embed} is resized to another grid
     * @throws IllegalArgumentException if {@code leading} is negative
     */
    public Codes {
      requireNotNegative("leading", leading);
    }
  }

  /**
   * The patch embedding.
   *
   * @param kernel size in pixels of the checkpoint's patch kernel; 0 for the model's patch size
   * @param resizeKernel how such a kernel is resized to the model's patch size
   * @param whole whether only whole patches are used: remaining rows and columns at the bottom and
   *     right are ignored instead of padded with zeros
   */
  public record Patches(int kernel, Interpolation resizeKernel, boolean whole) {

    /**
     * @param kernel size in pixels of the checkpoint's patch kernel; 0 for the model's patch size
     * @param resizeKernel how such a kernel is resized to the model's patch size
     * @param whole whether only whole patches are used
     * @throws IllegalArgumentException if {@code kernel} is negative
     */
    public Patches {
      requireNotNegative("kernel", kernel);
    }

    /**
     * Creates a patch embedding that pads incomplete patches at the bottom and right with zeros.
     *
     * @param kernel size in pixels of the checkpoint's patch kernel; 0 for the model's patch size
     * @param resizeKernel how such a kernel is resized to the model's patch size
     */
    public Patches(int kernel, Interpolation resizeKernel) {
      this(kernel, resizeKernel, false);
    }
  }

  /** Standard deviation of the initialization of all parameters here. */
  private static final Init TOKEN = new Init.TruncatedNormal(0.02f);

  private static void requireNotNegative(String name, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(
          "embedding: " + name + " must not be negative but is " + value);
    }
  }

  /**
   * Returns the embedding of ViT-CoMer: no token before the grid, although the table has an entry
   * for a class token.
   *
   * @return the embedding
   */
  public static Embedding comer() {
    return new Embedding(
        new Tokens(false, false, 0),
        new Codes(Positions.LEARNED, 1, Interpolation.BICUBIC),
        false,
        new Patches(0, Interpolation.BILINEAR));
  }

  /**
   * {@return the embedding of ViT: a class token and a learned position embedding for it and each
   * patch}
   */
  public static Embedding vit() {
    return ofTokens(1, 0, Positions.LEARNED, 1, Interpolation.ANTIALIASED);
  }

  /**
   * Returns an embedding with this number of tokens before the grid: a class token, and a
   * distillation token if there are two.
   */
  static Embedding ofTokens(
      int tokens, int registers, Positions positions, int leading, Interpolation resize) {
    return new Embedding(
        new Tokens(tokens > 0, tokens > 1, registers),
        new Codes(positions, leading, resize),
        false,
        new Patches(0, Interpolation.FLEXI));
  }

  /**
   * {@return a copy with other tokens before the grid}
   *
   * @param before the tokens before the grid
   */
  public Embedding withTokens(Tokens before) {
    return new Embedding(before, codes, norm, patches);
  }

  /**
   * {@return a copy with another position embedding}
   *
   * @param other the position embedding
   */
  public Embedding withCodes(Codes other) {
    return new Embedding(tokens, other, norm, patches);
  }

  /**
   * {@return a copy with or without a norm}
   *
   * @param follows whether a norm follows
   */
  public Embedding withNorm(boolean follows) {
    return new Embedding(tokens, codes, follows, patches);
  }

  /**
   * {@return a copy with another patch embedding}
   *
   * @param other the patch embedding
   */
  public Embedding withPatches(Patches other) {
    return new Embedding(tokens, codes, norm, other);
  }

  /** Returns the number of tokens before the grid. */
  int prefix() {
    return tokens.count();
  }

  /**
   * Computes the tokens of images [batch, 3, height, width]. Incomplete patches are padded with
   * zeros at the bottom and right unless only whole patches are used.
   */
  Features apply(Scope s, Tensor image, VisionTransformer vit) {
    Features grid = Features.ofMap(embed(s.at("patch_embed.proj"), image, vit), vit.patchSize());
    List<Tensor> before = prefixTokens(s, vit.width());
    Tensor patches = grid.tokens();
    if (codes.positions() == Positions.LEARNED) {
      int leading = codes.leading();
      Tensor learned =
          new PositionEmbedding(
                  vit.geometry().rows(), vit.geometry().columns(), leading, codes.resize())
              .entries(s, grid.height(), grid.width(), vit.width());
      s.tap("resized_pos_embed", learned);
      patches =
          patches.plus(
              leading == 0 ? learned : learned.slice(1, leading, leading + patches.dim(1)));
      int coded = Math.min(leading, prefix());
      if (coded > 0) {
        Tensor plain = Tensor.concat(1, before);
        Tensor first = plain.slice(1, 0, coded).plus(learned.slice(1, 0, coded));
        before =
            coded == prefix() ? List.of(first) : List.of(first, plain.slice(1, coded, prefix()));
      }
    } else if (codes.positions() != Positions.NONE) {
      s.ignoreKeys("pos_embed", "a fixed position embedding, which is computed");
      boolean rowsFirst = codes.positions() == Positions.SINUSOIDAL_ROWS;
      patches =
          patches.plus(s.constant(sinusoids(grid.height(), grid.width(), vit.width(), rowsFirst)));
    }
    Tensor all = joined(before, patches);
    s.tap("embed", all);
    if (norm) {
      all = Norms.layerNorm(s.at("norm_pre"), all, vit.epsilon());
    }
    return new Features(all, grid.height(), grid.width(), prefix(), vit.patchSize());
  }

  /**
   * Concatenates the tokens before the grid, which are the same for every image, with those of the
   * grid.
   */
  private static Tensor joined(List<Tensor> before, Tensor grid) {
    if (before.isEmpty()) {
      return grid;
    }
    List<Tensor> parts = new ArrayList<>();
    before.forEach(t -> parts.add(t.expand(grid.dim(0), t.dim(1), grid.dim(2))));
    parts.add(grid);
    return Tensor.concat(1, parts);
  }

  private Tensor embed(Scope s, Tensor image, VisionTransformer vit) {
    int patch = vit.patchSize();
    int extent = patches.kernel() == 0 ? patch : patches.kernel();
    Init init = new Init.FanIn(image.dim(1) * extent * extent);
    Tensor divided =
        patches.whole()
            ? new Extent(image.dim(2) / patch * patch, image.dim(3) / patch * patch).cropped(image)
            : image
                .pad(2, 0, Math.floorMod(-image.dim(2), patch), 0)
                .pad(3, 0, Math.floorMod(-image.dim(3), patch), 0);
    return s.run(
        () -> {
          Tensor learned = s.weight("weight", init, vit.width(), image.dim(1), extent, extent);
          Tensor weight = patches.resizeKernel().apply(learned, patch, patch);
          Convolution.Conv cut = new Convolution.Conv(patch, 0, 1);
          return norm
              ? divided.apply(cut, weight)
              : divided.apply(cut, weight, s.weight("bias", Init.zeros(), vit.width()));
        });
  }

  /** Returns the learned tokens before the grid, each [1, tokens, width]. */
  private List<Tensor> prefixTokens(Scope s, int width) {
    s.ignoreKeys("mask_token", "represents masked patches in the pre-training only");
    List<Tensor> before = new ArrayList<>();
    if (tokens.classToken()) {
      before.add(s.weight("cls_token", TOKEN, 1, 1, width));
    }
    if (tokens.distillationToken()) {
      before.add(s.weight("dist_token", TOKEN, 1, 1, width));
    }
    if (tokens.registers() > 0) {
      before.add(s.weight("reg_token", TOKEN, 1, tokens.registers(), width));
    }
    return before;
  }

  /**
   * Computes the sines and cosines of one coordinate, then those of the other: [1, cells,
   * channels].
   */
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
