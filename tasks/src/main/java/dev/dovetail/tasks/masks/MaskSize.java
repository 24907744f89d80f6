package dev.dovetail.tasks.masks;

import dev.dovetail.graph.Sampling;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.ImageBatch;
import java.util.List;

/**
 * The key {@code masks} of a config's section {@code test}: the size at which the logits of masks
 * become probabilities. Logits are resized to it, and what is made of them to the original image.
 *
 * @param at which size
 * @param size height and width where the size is {@link At#FIXED}; else none
 */
public record MaskSize(At at, List<Integer> size) {

  /** A size of masks. */
  public enum At {
    /** As the network gives them (transformers' MaskFormer). */
    NETWORK,
    /** A size that the config names (transformers' Mask2Former: 384x384). */
    FIXED,
    /** The size of the network's input. */
    INPUT,
    /** The original image, by way of the network's input (the authors' Mask2Former). */
    ORIGINAL
  }

  /**
   * @throws IllegalArgumentException if a fixed size lacks height and width, or another has them
   */
  public MaskSize {
    size = List.copyOf(size);
    if (size.size() != (at == At.FIXED ? 2 : 0) || size.stream().anyMatch(e -> e < 1)) {
      throw new IllegalArgumentException(
          "masks.size is "
              + size
              + ", expected "
              + (at == At.FIXED ? "a height and a width" : "none, [], as masks.at is not 'fixed'"));
    }
  }

  /**
   * {@return a size that needs no numbers}
   *
   * @param at which; not {@link At#FIXED}
   */
  public static MaskSize of(At at) {
    return new MaskSize(at, List.of());
  }

  /**
   * Logits of masks at this size. Where images are padded this passes the size of the network's
   * input, where padding is cut off.
   *
   * @param s a scope for what is computed
   * @param masks [n, height, width]
   * @param images of one original size, the masks' own among them
   * @return [n, ?, ?]
   */
  public Tensor logits(Scope s, Tensor masks, ImageBatch images) {
    Tensor all = masks.unsqueeze(0);
    Tensor seen = all;
    if (at == At.ORIGINAL || at == At.INPUT || images.isPadded()) {
      Tensor input = s.constant((long) images.pixels().dim(2), (long) images.pixels().dim(3));
      seen = images.withoutPadding(s, bilinear(s, all, input));
    }
    Tensor sized =
        switch (at) {
          case NETWORK, INPUT -> seen;
          case FIXED -> bilinear(s, seen, s.constant((long) size.get(0), (long) size.get(1)));
          case ORIGINAL -> bilinear(s, seen, images.originalShape().select(0, 0));
        };
    return sized.squeeze(0);
  }

  /**
   * What was made of the logits, at the original size.
   *
   * @param maps [n, height, width] at this size
   * @return [n, ?, ?]
   */
  public Tensor toOriginal(Scope s, Tensor maps, ImageBatch images) {
    return at == At.ORIGINAL
        ? maps
        : bilinear(s, maps.unsqueeze(0), images.originalShape().select(0, 0)).squeeze(0);
  }

  /** Maps [1, n, height, width] at another size, an int64 [2]. */
  private static Tensor bilinear(Scope s, Tensor maps, Tensor size) {
    Tensor unused = s.constant(new float[0]);
    Tensor sizes = Tensor.concat(0, maps.runtimeShape().slice(0, 0, 2), size);
    return maps.apply(new Sampling.ResizeTo(Sampling.Mode.LINEAR), unused, unused, sizes);
  }
}
