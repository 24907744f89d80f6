package dev.dovetail.graph.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The places of windows, cell by cell, and the result of partitioning. */
class WindowPartitionTest {

  @Test
  void aShiftMovesCellsUpAndTheFirstRowsToTheEnd() {
    ShiftedWindows windows = windows(4, 4, 2, 2, 1, 1, true);
    assertEquals(List.of(5, 6, 9, 10), cells(windows, 0));
    assertEquals(List.of(7, 4, 11, 8), cells(windows, 1));
    assertEquals(List.of(15, 12, 3, 0), cells(windows, 3));
    assertTrue(windows.whole(0));
    assertFalse(windows.whole(1));
    assertTrue(windows.connected(1, 0, 2), "below each other");
    assertFalse(windows.connected(1, 0, 1), "from both ends of a row");
  }

  @Test
  void thePaddingIsRolledOrNot() {
    // Three cells in a row, windows of two: place 3 has no cell.
    assertEquals(List.of(1, 2), cells(windows(1, 3, 1, 2, 0, 1, true), 0));
    assertEquals(List.of(3, 0), cells(windows(1, 3, 1, 2, 0, 1, true), 1));
    assertEquals(List.of(1, 2), cells(windows(1, 3, 1, 2, 0, 1, false), 0));
    assertEquals(List.of(0, 3), cells(windows(1, 3, 1, 2, 0, 1, false), 1));
  }

  @Test
  void everyCellHasExactlyOnePlace() {
    long seed = 5;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 200; i++) {
      int height = 1 + random.nextInt(9);
      int width = 1 + random.nextInt(9);
      int rows = 1 + random.nextInt(5);
      int columns = 1 + random.nextInt(5);
      ShiftedWindows w =
          windows(height, width, rows, columns, rows / 2, columns / 2, random.nextBoolean());
      List<Integer> all =
          IntStream.range(0, w.count())
              .boxed()
              .flatMap(n -> cells(w, n).stream())
              .filter(c -> c < w.grid().area())
              .sorted()
              .toList();
      assertEquals(
          IntStream.range(0, height * width).boxed().toList(), all, w + " with seed " + seed);
    }
  }

  @Test
  void windowsThatNeedAMaskFormASeparateGroup() {
    Trace trace = new Trace();
    Scope s = trace.root();
    Tensor tokens = trace.input("x", DType.FLOAT32, 2, 5 * 6, 7);
    ShiftedWindows windows = windows(5, 6, 2, 3, 1, 1, true);
    Tensor bias = s.weight("bias", Init.zeros(), 1, 4, 6, 6);

    WindowPartition plain = new WindowPartition(s, windows.unshifted(), -100);
    assertEquals(1, plain.groups().size());
    assertEquals(bias, plain.groups().get(0).masked(bias, 2));

    WindowPartition shifted = new WindowPartition(s, windows, -100);
    assertEquals(2, shifted.groups().size());
    Tensor padded = shifted.pad(tokens);
    assertEquals(Shape.of(2, 31, 7), padded.shape());
    List<Tensor> parts = shifted.groups().stream().map(g -> g.partition(padded)).toList();
    assertEquals(Shape.of(2 * 2, 6, 7), parts.get(0).shape(), "two windows of six are whole");
    assertEquals(Shape.of(2 * 4, 6, 7), parts.get(1).shape());
    assertEquals(Shape.of(2 * 4, 4, 6, 6), shifted.groups().get(1).masked(bias, 2).shape());
    assertEquals(tokens.shape(), shifted.reverse(parts).shape());
  }

  @Test
  void reversingRestoresTheShape() {
    for (int size = 1; size < 9; size++) {
      for (int[] grid : new int[][] {{4, 6}, {7, 5}, {1, 1}, {8, 8}}) {
        Trace trace = new Trace();
        Tensor x = trace.input("x", DType.FLOAT32, 2, grid[0] * grid[1], 3);
        Windows windows = new Windows(new Extent(grid[0], grid[1]), new Extent(size, size));
        Tensor parts = windows.partition(x);
        assertEquals(size * size, parts.dim(1));
        assertEquals(x.shape(), windows.reverse(parts).shape());
      }
    }
  }

  @Test
  void invalidExtentsAreRejected() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> windows(4, 4, 2, 2, 2, 0, true))
            .getMessage();
    assertEquals(
        "expected a grid, a window and a shift within the window, got 4x4, 2x2, 2x0", message);
    assertThrows(IllegalArgumentException.class, () -> windows(0, 4, 2, 2, 0, 0, true));
    assertThrows(IllegalArgumentException.class, () -> windows(4, 4, 0, 2, 0, 0, true));
  }

  private static ShiftedWindows windows(
      int gridHeight, int gridWidth, int height, int width, int down, int right, boolean first) {
    return new ShiftedWindows(
        new Extent(gridHeight, gridWidth),
        new Extent(height, width),
        new Extent(down, right),
        first);
  }

  private static List<Integer> cells(ShiftedWindows windows, int window) {
    return IntStream.range(0, windows.window().area())
        .mapToObj(p -> windows.cell(window, p))
        .toList();
  }
}
