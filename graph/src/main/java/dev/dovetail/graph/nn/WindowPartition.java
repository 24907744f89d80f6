package dev.dovetail.graph.nn;

import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Product;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.fused.WindowAttention;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Attention inside {@linkplain ShiftedWindows shifted windows} of a grid (Liu et al. 2021, section
 * 3.2). Rolling, padding and partitioning are a single gather with a constant index, and the
 * reverse is another. Several layers can share them.
 *
 * <p>A few windows contain cells from opposite ends of the grid. Only these need a mask, so they
 * form a separate group.
 */
public final class WindowPartition {

  private final ShiftedWindows windows;
  private final float hidden;
  private final int padded;
  private final List<Group> groups = new ArrayList<>();
  private final Tensor places;

  /**
   * Creates the windows of a grid.
   *
   * @param s the scope of the constants
   * @param windows grid, window and shift
   * @param hidden added to the attention logits of two places of a window that must not attend to
   *     each other, such as -100
   */
  public WindowPartition(Scope s, ShiftedWindows windows, float hidden) {
    this(s::constant, windows, hidden, windows.window().area());
  }

  /**
   * Creates the windows of a grid, each padded with further tokens after those of its places. They
   * contain any cell, so the bias of an attention must mask their keys.
   *
   * @param constants creates constants
   * @param windows grid, window and shift
   * @param hidden added to the attention logits of two places of a window that must not attend to
   *     each other
   * @param padded the number of tokens of a padded window, at least one for each place
   */
  public WindowPartition(
      Function<TensorData, Tensor> constants, ShiftedWindows windows, float hidden, int padded) {
    this.windows = windows;
    this.hidden = hidden;
    this.padded = padded;
    int[] whole = select(windows::whole);
    int[] divided = select(w -> !windows.whole(w));
    if (whole.length > 0) {
      groups.add(new Group(whole.length, constants.apply(cells(whole)), Optional.empty()));
    }
    if (divided.length > 0) {
      Tensor mask = constants.apply(mask(divided));
      groups.add(new Group(divided.length, constants.apply(cells(divided)), Optional.of(mask)));
    }
    int[] order = IntStream.concat(IntStream.of(whole), IntStream.of(divided)).toArray();
    places = constants.apply(places(order));
  }

  private int[] select(IntPredicate condition) {
    return IntStream.range(0, windows.count()).filter(condition).toArray();
  }

  private TensorData cells(int[] some) {
    int area = windows.window().area();
    long[] cells = new long[some.length * padded];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = i % padded < area ? windows.cell(some[i / padded], i % padded) : 0;
    }
    return TensorData.of(cells, cells.length);
  }

  private TensorData mask(int[] some) {
    int area = windows.window().area();
    float[] mask = new float[some.length * padded * padded];
    for (int w = 0; w < some.length; w++) {
      for (int q = 0; q < area; q++) {
        for (int k = 0; k < area; k++) {
          if (!windows.connected(some[w], q, k)) {
            mask[(w * padded + q) * padded + k] = hidden;
          }
        }
      }
    }
    return TensorData.of(mask, some.length, 1, padded, padded);
  }

  /** Returns the index of the token of every cell, in the order of the windows. */
  private TensorData places(int[] order) {
    int area = windows.window().area();
    long[] places = new long[windows.grid().area()];
    for (int w = 0; w < order.length; w++) {
      for (int place = 0; place < area; place++) {
        int cell = windows.cell(order[w], place);
        if (cell < places.length) {
          places[cell] = (long) w * padded + place;
        }
      }
    }
    return TensorData.of(places, places.length);
  }

  /**
   * Appends a token of zeros for places outside the grid.
   *
   * @param tokens [batch, cells, channels]
   * @return [batch, cells + 1, channels], or the unchanged tokens if no window extends beyond the
   *     grid
   */
  public Tensor pad(Tensor tokens) {
    return windows.hasPadding() ? tokens.pad(1, 0, 1, 0) : tokens;
  }

  /**
   * Attends inside the windows.
   *
   * @param qkv query, key and value, each [batch, cells, width], {@linkplain #pad padded}
   * @param bias added to the scaled products of query and key [1, heads, places, places]
   * @param attention heads and scale
   * @return [batch, cells, width]
   */
  public Tensor attend(List<Tensor> qkv, Tensor bias, Product.Attention attention) {
    Tensor y =
        attend(
            group -> qkv.stream().map(group::partition).toList(),
            bias,
            qkv.get(0).dim(0),
            attention);
    FusedOp op =
        new WindowAttention(windows.fusible(), attention.heads(), attention.scale(), hidden, false);
    return qkv.get(0).fusible(y, op, qkv.get(1), qkv.get(2), bias);
  }

  /**
   * Attends inside the windows. Query, key and value are computed there, from gathered tokens.
   *
   * @param tokens [batch, cells, channels], with another token if a window extends beyond the grid
   * @param qkv returns query, key and value of tokens [batch * windows, padded, channels], each
   *     [batch * windows, padded, width]
   * @param bias added to the scaled products of query and key [1, heads, padded, padded]
   * @param attention heads and scale
   * @return [batch, cells, width]
   */
  public Tensor attend(
      Tensor tokens, Function<Tensor, List<Tensor>> qkv, Tensor bias, Product.Attention attention) {
    return attend(group -> qkv.apply(group.partition(tokens)), bias, tokens.dim(0), attention);
  }

  private Tensor attend(
      Function<Group, List<Tensor>> qkv, Tensor bias, int batch, Product.Attention attention) {
    List<Tensor> out = new ArrayList<>();
    for (Group group : groups) {
      List<Tensor> inside = qkv.apply(group);
      Tensor masked = group.masked(bias, batch);
      out.add(inside.get(0).apply(attention, inside.get(1), inside.get(2), masked));
    }
    return reverse(out);
  }

  /** Returns the group of windows without a mask and the group with one, if they are not empty. */
  List<Group> groups() {
    return Collections.unmodifiableList(groups);
  }

  /**
   * Moves the tokens of all groups back to the grid, and removes the padding.
   *
   * @param parts for each group [batch * windows, padded, channels]
   * @return [batch, cells, channels]
   */
  Tensor reverse(List<Tensor> parts) {
    List<Tensor> rows = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Tensor part = parts.get(i);
      int count = groups.get(i).count;
      rows.add(part.reshape(part.dim(0) / count, count * part.dim(1), part.dim(2)));
    }
    return Tensor.concat(1, rows).gather(1, places);
  }

  /** Windows that are processed together. */
  final class Group {

    private final int count;
    private final Tensor cells;
    private final Optional<Tensor> mask;

    private Group(int count, Tensor cells, Optional<Tensor> mask) {
      this.count = count;
      this.cells = cells;
      this.mask = mask;
    }

    /**
     * Gathers the tokens of these windows.
     *
     * @param tokens [batch, cells, channels], {@linkplain #pad padded}
     * @return [batch * windows, padded, channels]
     */
    Tensor partition(Tensor tokens) {
      return tokens.gather(1, cells).reshape(tokens.dim(0) * count, padded, tokens.dim(2));
    }

    /**
     * Adds the mask of these windows to an attention bias.
     *
     * @param bias [1, heads, padded, padded]
     * @param batch number of images
     * @return [1 or batch * windows, heads, padded, padded]
     */
    Tensor masked(Tensor bias, int batch) {
      return mask.map(m -> Tensor.concat(0, Collections.nCopies(batch, bias.plus(m)))).orElse(bias);
    }
  }
}
