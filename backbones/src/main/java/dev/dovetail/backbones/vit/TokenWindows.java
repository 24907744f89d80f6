package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.Windows;
import java.util.Collections;
import java.util.List;

/**
 * Equal windows that the grid is cut into, the same number along each side whatever the image's
 * size, and that blocks attend in: the backbones of LW-DETR (Chen et al. 2024) and RF-DETR
 * (Robinson et al. 2025). Each window has its own copy of the tokens before the grid, which become
 * different on the way; {@link Features#prefix} counts all copies, window by window.
 *
 * @param perSide windows along each side; 1 for none
 * @param globalBlocks the blocks whose attention sees all windows, counted from 0
 * @param swapped whether tokens are dealt out to windows as if the grid's height were its width, as
 *     transformers does for RF-DETR; the same thing unless images are not square
 */
public record TokenWindows(int perSide, List<Integer> globalBlocks, boolean swapped) {

  /**
   * @param perSide windows along each side; 1 for none
   * @param globalBlocks the blocks whose attention sees all windows, counted from 0
   * @param swapped whether tokens are dealt out to windows as if the grid's height were its width
   * @throws IllegalArgumentException if {@code perSide} is below 1, or a block negative
   */
  public TokenWindows {
    globalBlocks = List.copyOf(globalBlocks);
    VisionTransformer.require(
        perSide >= 1, "tokenWindows.perSide must be positive, and is " + perSide);
    VisionTransformer.require(
        globalBlocks.stream().allMatch(i -> i >= 0),
        "tokenWindows.globalBlocks " + globalBlocks + " has a negative entry");
  }

  /**
   * None.
   *
   * @return no windows
   */
  public static TokenWindows none() {
    return new TokenWindows(1, List.of(), false);
  }

  /** Whether there are any. */
  boolean there() {
    return perSide > 1;
  }

  /** How many there are. */
  int count() {
    return perSide * perSide;
  }

  /** Whether the attention of a block sees all windows. */
  boolean global(int index) {
    return globalBlocks.contains(index);
  }

  /** What the embedding gives, with as many copies of the tokens before the grid as windows. */
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

  /** The extent of a window. */
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

  /** Windows with their tokens before the grid: [batch * windows, prefix + places, channels]. */
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

  /** The inverse of {@link #partition}: tokens at the places of {@code x}. */
  Features reverse(Features inside, Features x) {
    Tensor grid = windows(x).reverse(inside.grid());
    if (x.prefix() == 0) {
      return x.with(grid);
    }
    Tensor before = inside.tokens().slice(1, 0, inside.prefix());
    return x.with(Tensor.concat(1, before.reshape(grid.dim(0), x.prefix(), grid.dim(2)), grid));
  }
}
