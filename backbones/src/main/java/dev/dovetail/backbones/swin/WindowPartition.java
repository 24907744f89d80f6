package dev.dovetail.backbones.swin;

import dev.dovetail.graph.Product;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The constants that cut a grid's tokens into shifted windows and put them together again, for the
 * blocks of a stage to share. Shifting, extending and cutting are one selection of rows, the way
 * back is another. The few windows that need a mask are attended apart from the others, so that
 * there is no mask for the others.
 */
final class WindowPartition {

  private final ShiftedWindows windows;
  private final List<Group> groups;
  private final Tensor back;

  /**
   * Windows that are attended together.
   *
   * @param cells [windows * area], the token at each place
   * @param mask [windows, 1, area, area], nothing if all places see each other
   */
  private record Group(int windows, Tensor cells, Optional<Tensor> mask) {}

  /**
   * @param hidden what is added to the logits of two places that do not see each other
   */
  WindowPartition(Scope s, ShiftedWindows windows, float hidden) {
    this.windows = windows;
    List<Integer> whole = new ArrayList<>();
    List<Integer> divided = new ArrayList<>();
    for (int w = 0; w < windows.count(); w++) {
      (windows.whole(w) ? whole : divided).add(w);
    }
    groups = new ArrayList<>();
    if (!whole.isEmpty()) {
      groups.add(new Group(whole.size(), cells(s, whole), Optional.empty()));
    }
    if (!divided.isEmpty()) {
      groups.add(
          new Group(divided.size(), cells(s, divided), Optional.of(mask(s, divided, hidden))));
    }
    List<Integer> order = new ArrayList<>(whole);
    order.addAll(divided);
    back = back(s, order);
  }

  private Tensor cells(Scope s, List<Integer> some) {
    return s.constant(
        some.stream()
            .flatMapToLong(
                w -> IntStream.range(0, windows.area()).mapToLong(p -> windows.cell(w, p)))
            .toArray());
  }

  private Tensor mask(Scope s, List<Integer> some, float hidden) {
    int n = windows.area();
    float[] mask = new float[some.size() * n * n];
    int next = 0;
    for (int w : some) {
      for (int q = 0; q < n; q++) {
        for (int k = 0; k < n; k++) {
          mask[next++] = windows.sees(w, q, k) ? 0 : hidden;
        }
      }
    }
    return s.constant(TensorData.of(mask, some.size(), 1, n, n));
  }

  private Tensor back(Scope s, List<Integer> order) {
    int cells = windows.gridHeight() * windows.gridWidth();
    long[] back = new long[cells];
    long place = 0;
    for (int w : order) {
      for (int p = 0; p < windows.area(); p++, place++) {
        int cell = windows.cell(w, p);
        if (cell < cells) {
          back[cell] = place;
        }
      }
    }
    return s.constant(back);
  }

  /**
   * Tokens [batch, cells, channels] with a token of zeros after them, which stands wherever the
   * windows leave the grid; as they are if no window does.
   */
  Tensor extended(Tensor tokens) {
    return windows.padded() ? tokens.pad(1, 0, 1, 0) : tokens;
  }

  /**
   * Attention inside the windows.
   *
   * @param q [batch, cells, channels], {@linkplain #extended extended}; {@code k} and {@code v}
   *     alike
   * @param bias [1, heads, area, area]
   * @param scale of the products
   * @return [batch, cells, channels], without the extension
   */
  Tensor attend(Tensor q, Tensor k, Tensor v, Tensor bias, int heads, float scale) {
    List<Tensor> parts = new ArrayList<>();
    for (Group group : groups) {
      Tensor result =
          cut(q, group)
              .apply(
                  new Product.Attention(heads, scale),
                  cut(k, group),
                  cut(v, group),
                  masked(bias, group, q.dim(0)));
      parts.add(result.reshape(q.dim(0), group.windows() * windows.area(), q.dim(2)));
    }
    return Tensor.concat(1, parts).gather(1, back);
  }

  private Tensor cut(Tensor tokens, Group group) {
    return tokens
        .gather(1, group.cells())
        .reshape(tokens.dim(0) * group.windows(), windows.area(), tokens.dim(2));
  }

  private static Tensor masked(Tensor bias, Group group, int batch) {
    return group
        .mask()
        .map(m -> Tensor.concat(0, Collections.nCopies(batch, bias.plus(m))))
        .orElse(bias);
  }
}
