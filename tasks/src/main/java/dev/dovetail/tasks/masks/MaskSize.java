package dev.dovetail.tasks.masks;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.nn.Resampling;
import java.util.List;

/**
 * The key {@code masks} of a config's section {@code test}: the size at which mask logits are
 * converted to probabilities. Logits are resized to this size, and the result is resized to the
 * original image.
 *
 * @param at the kind of size
 * @param size the height and width for {@link At#FIXED}; otherwise empty
 */
public record MaskSize(At at, List<Integer> size) {

  /** The kinds of mask sizes. */
  public enum At {
    /** The size of the network's output (transformers' MaskFormer). */
    NETWORK,
    /** A size in the config (transformers' Mask2Former: 384x384). */
    FIXED,
    /** The size of the network's input. */
    INPUT,
    /** The original image, after resizing to the network's input (the authors' Mask2Former). */
    ORIGINAL
  }

  /**
   * @throws IllegalArgumentException if {@code size} is missing for a fixed size or present for
   *     another one
   */
  public MaskSize {
    size = List.copyOf(size);
    if (size.size() != (at == At.FIXED ? 2 : 0) || size.stream().anyMatch(e -> e < 1)) {
      throw new IllegalArgumentException(
          "masks.size is "
              + size
              + ", expected "
              + (at == At.FIXED ? "a height and a width" : "[] since masks.at is not 'fixed'"));
    }
  }

  /**
   * {@return a size without numbers}
   *
   * @param at the kind of size, except {@link At#FIXED}
   */
  public static MaskSize of(At at) {
    return new MaskSize(at, List.of());
  }

  /**
   * Resizes mask logits to this size. Padded images are first resized to the network's input, where
   * padding is removed.
   *
   * @param s the scope of the computation
   * @param masks [n, height, width]
   * @param images images of the same original size, including that of the masks
   * @return [n, ?, ?]
   */
  public Tensor logits(Scope s, Tensor masks, ImageBatch images) {
    Tensor all = masks.unsqueeze(0);
    Tensor seen = all;
    if (at == At.ORIGINAL || at == At.INPUT || images.isPadded()) {
      Tensor input = s.constant((long) images.pixels().dim(2), (long) images.pixels().dim(3));
      seen = images.withoutPadding(bilinear(all, input));
    }
    Tensor sized =
        switch (at) {
          case NETWORK, INPUT -> seen;
          case FIXED -> bilinear(seen, s.constant((long) size.get(0), (long) size.get(1)));
          case ORIGINAL -> bilinear(seen, images.originalShape().select(0, 0));
        };
    return sized.squeeze(0);
  }

  /**
   * Resizes maps that were computed from the logits to the original size.
   *
   * @param maps [n, height, width] at this size
   * @return [n, ?, ?]
   */
  public Tensor toOriginal(Tensor maps, ImageBatch images) {
    return at == At.ORIGINAL
        ? maps
        : bilinear(maps.unsqueeze(0), images.originalShape().select(0, 0)).squeeze(0);
  }

  /** Resizes maps [1, n, height, width] to a size, an int64 [2]. */
  private static Tensor bilinear(Tensor maps, Tensor size) {
    Tensor sizes = Tensor.concat(0, maps.runtimeShape().slice(0, 0, 2), size);
    return Resampling.bilinear(maps, sizes);
  }
}
