package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.Windows;
import java.util.Collections;
import java.util.List;

/**
 * Attention in equal windows, whose number along each side does not depend on the image size: the
 * backbones of LW-DETR (Chen et al. 2024) and RF-DETR (Robinson et al. 2025). Each window has its
 * own copy of the tokens before the grid, and the copies diverge from block to block; {@link
 * Features#prefix} counts all copies, window by window.
 *
 * @param perSide windows along each side; 1 for none
 * @param globalBlocks the blocks with attention over all windows, counted from 0
 * @param swapped whether tokens are assigned to windows as if the grid's height were its width, as
 *     transformers does for RF-DETR; it matters only if images are not square
 */
public record TokenWindows(int perSide, List<Integer> globalBlocks, boolean swapped) {

  /**
   * @param perSide windows along each side; 1 for none
   * @param globalBlocks the blocks with attention over all windows, counted from 0
   * @param swapped whether tokens are assigned to windows as if the grid's height were its width
   * @throws IllegalArgumentException if {@code perSide} is below 1, or the index of a block is
   *     negative
   */
  public TokenWindows {
    globalBlocks = List.copyOf(globalBlocks);
    VisionTransformer.require(
        perSide >= 1, "tokenWindows.perSide must be positive but is " + perSide);
    VisionTransformer.require(
        globalBlocks.stream().allMatch(i -> i >= 0),
        "tokenWindows.globalBlocks " + globalBlocks + " has a negative element");
  }

  /**
   * Returns an option without windows.
   *
   * @return no windows
   */
  public static TokenWindows none() {
    return new TokenWindows(1, List.of(), false);
  }

  /** Returns whether there are windows. */
  boolean there() {
    return perSide > 1;
  }

  /** Returns the number of windows. */
  int count() {
    return perSide * perSide;
  }

  /** Returns whether a block attends over all windows. */
  boolean global(int index) {
    return globalBlocks.contains(index);
  }

  /** Copies the tokens before the grid into each window. */
  Features entered(Features x) {
    if (!there()) {
      return x;
    }
    Tensor grid = x.grid();
    if (swapped && x.height() != x.width()) {
      Windows turned = new Windows(new Extent(x.width(), x.height()), turned(window(x)));
      grid = windows(x).reverse(turned.partition(grid));
    }
    if (x.prefix() == 0) {
      return x.with(grid);
    }
    Tensor before = x.tokens().slice(1, 0, x.prefix());
    Tensor copies = Tensor.concat(1, Collections.nCopies(count(), before).toArray(Tensor[]::new));
    return new Features(
        Tensor.concat(1, copies, grid), x.height(), x.width(), x.prefix() * count(), x.stride());
  }

  private static Extent turned(Extent extent) {
    return new Extent(extent.width(), extent.height());
  }

  /** Returns the size of a window along one axis. */
  private Extent window(Features x) {
    if (x.height() % perSide != 0 || x.width() % perSide != 0) {
      throw new IllegalArgumentException(
          "a grid of "
              + x.height()
              + "x"
              + x.width()
              + " cells cannot be cut into "
              + perSide
              + "x"
              + perSide
              + " equal windows: images must be multiples of "
              + perSide * x.stride()
              + " pixels");
    }
    return new Extent(x.height() / perSide, x.width() / perSide);
  }

  private Windows windows(Features x) {
    return new Windows(new Extent(x.height(), x.width()), window(x));
  }

  /**
   * Splits tokens into windows, each with its tokens before the grid: [batch * windows, prefix +
   * cells, channels].
   */
  Features partition(Features x) {
    Extent window = window(x);
    Tensor places = windows(x).partition(x.grid());
    int prefix = x.prefix() / count();
    Tensor all = places;
    if (prefix > 0) {
      Tensor before = x.tokens().slice(1, 0, x.prefix());
      all = Tensor.concat(1, before.reshape(places.dim(0), prefix, places.dim(2)), places);
    }
    return new Features(all, window.height(), window.width(), prefix, x.stride());
  }

  /** Reverses {@link #partition}; the result has the grid of {@code x}. */
  Features reverse(Features inside, Features x) {
    Tensor grid = windows(x).reverse(inside.grid());
    if (x.prefix() == 0) {
      return x.with(grid);
    }
    Tensor before = inside.tokens().slice(1, 0, inside.prefix());
    return x.with(Tensor.concat(1, before.reshape(grid.dim(0), x.prefix(), grid.dim(2)), grid));
  }
}
