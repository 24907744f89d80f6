package dev.dovetail.graph.nn;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The tokens of a grid in {@linkplain ShiftedWindows shifted windows}, and back (Liu et al. 2021,
 * section 3.2). Rolling, padding and cutting are one gather with a constant index, and the way back
 * is another; several layers can share them.
 *
 * <p>Only the few windows that the roll made of two ends of the grid need a mask. They are a group
 * of their own, so that the other windows have none: a layer partitions, attends in each group, and
 * reverses.
 */
public final class WindowPartition {

  private final ShiftedWindows windows;
  private final List<Group> groups = new ArrayList<>();
  private final Tensor places;

  /**
   * The windows of a grid.
   *
   * @param s where the constants are made
   * @param windows grid, window and shift
   * @param hidden what is added to the attention logits of two places of a window that must not
   *     attend to each other, such as -100
   */
  public WindowPartition(Scope s, ShiftedWindows windows, float hidden) {
    this.windows = windows;
    int[] whole = select(windows::whole);
    int[] divided = select(w -> !windows.whole(w));
    if (whole.length > 0) {
      groups.add(new Group(whole.length, cells(s, whole), Optional.empty()));
    }
    if (divided.length > 0) {
      Tensor mask = mask(s, divided, hidden);
      groups.add(new Group(divided.length, cells(s, divided), Optional.of(mask)));
    }
    places = places(s, IntStream.concat(IntStream.of(whole), IntStream.of(divided)).toArray());
  }

  private int[] select(IntPredicate condition) {
    return IntStream.range(0, windows.count()).filter(condition).toArray();
  }

  private Tensor cells(Scope s, int[] some) {
    int area = windows.window().area();
    return s.constant(
        IntStream.range(0, some.length * area)
            .mapToLong(i -> windows.cell(some[i / area], i % area))
            .toArray());
  }

  private Tensor mask(Scope s, int[] some, float hidden) {
    int n = windows.window().area();
    float[] mask = new float[some.length * n * n];
    int next = 0;
    for (int w : some) {
      for (int q = 0; q < n; q++) {
        for (int k = 0; k < n; k++) {
          mask[next++] = windows.connected(w, q, k) ? 0 : hidden;
        }
      }
    }
    return s.constant(TensorData.of(mask, some.length, 1, n, n));
  }

  /** For every cell its place among the windows in this order. */
  private Tensor places(Scope s, int[] order) {
    int area = windows.window().area();
    long[] places = new long[windows.grid().area()];
    for (int i = 0; i < order.length * area; i++) {
      int cell = windows.cell(order[i / area], i % area);
      if (cell < places.length) {
        places[cell] = i;
      }
    }
    return s.constant(places);
  }

  /**
   * Adds the token of zeros that stands wherever windows leave the grid.
   *
   * @param tokens [batch, cells, channels]
   * @return [batch, cells + 1, channels], or the tokens as they are if no window leaves the grid
   */
  public Tensor pad(Tensor tokens) {
    return windows.hasPadding() ? tokens.pad(1, 0, 1, 0) : tokens;
  }

  /** {@return the windows without a mask and those with one, as far as there are any} */
  public List<Group> groups() {
    return Collections.unmodifiableList(groups);
  }

  /**
   * The tokens of all groups back on the grid; padding is left out.
   *
   * @param parts for each group [batch * windows, places, channels]
   * @return [batch, cells, channels]
   */
  public Tensor reverse(List<Tensor> parts) {
    List<Tensor> rows = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Tensor part = parts.get(i);
      int count = groups.get(i).count;
      rows.add(part.reshape(part.dim(0) / count, count * part.dim(1), part.dim(2)));
    }
    return Tensor.concat(1, rows).gather(1, places);
  }

  /** Windows that go through a layer together. */
  public final class Group {

    private final int count;
    private final Tensor cells;
    private final Optional<Tensor> mask;

    private Group(int count, Tensor cells, Optional<Tensor> mask) {
      this.count = count;
      this.cells = cells;
      this.mask = mask;
    }

    /**
     * The tokens of these windows.
     *
     * @param tokens [batch, cells, channels], {@linkplain #pad padded}
     * @return [batch * windows, places, channels]
     */
    public Tensor partition(Tensor tokens) {
      return tokens
          .gather(1, cells)
          .reshape(tokens.dim(0) * count, windows.window().area(), tokens.dim(2));
    }

    /**
     * A bias of the attention in these windows, with their mask.
     *
     * @param bias [1, heads, places, places]
     * @param batch how many images the windows are of
     * @return [1 or batch * windows, heads, places, places]
     */
    public Tensor masked(Tensor bias, int batch) {
      return mask.map(m -> Tensor.concat(0, Collections.nCopies(batch, bias.plus(m)))).orElse(bias);
    }
  }
}
