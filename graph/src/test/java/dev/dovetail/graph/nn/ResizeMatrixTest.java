package dev.dovetail.graph.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResizeMatrixTest {

  private static final double EPS = 1e-12;

  private static void assertRow(ResizeMatrix matrix, int row, double... expected) {
    double[] actual = new double[matrix.in()];
    for (int i = 0; i < actual.length; i++) {
      actual[i] = matrix.weight(row, i);
    }
    assertArrayEquals(expected, actual, EPS);
  }

  @Test
  void linearWeighsTheTwoNearestCentersAndRepeatsTheEdges() {
    ResizeMatrix twice = ResizeMatrix.linear(2, 4);
    assertRow(twice, 0, 1, 0);
    assertRow(twice, 1, 0.75, 0.25);
    assertRow(twice, 2, 0.25, 0.75);
    assertRow(twice, 3, 0, 1);
    assertRow(ResizeMatrix.linear(4, 2), 0, 0.5, 0.5, 0, 0);
  }

  @Test
  void alignedCornersKeepTheFirstAndTheLast() {
    ResizeMatrix m = ResizeMatrix.corners(3, 5);
    assertRow(m, 0, 1, 0, 0);
    assertRow(m, 1, 0.5, 0.5, 0);
    assertRow(m, 2, 0, 1, 0);
    assertRow(m, 4, 0, 0, 1);
    assertRow(ResizeMatrix.corners(3, 1), 0, 1, 0, 0);
  }

  /** The kernel with a = -0.75 at a quarter of a cell from a center: PyTorch's coefficients. */
  @Test
  void cubicHasTheWeightsOfPyTorchsKernel() {
    assertRow(
        ResizeMatrix.cubic(8, 16), 7, 0, 0, -0.10546875, 0.87890625, 0.26171875, -0.03515625, 0, 0);
    assertRow(ResizeMatrix.cubic(4, 2), 0, -0.09375 + 0.59375, 0.59375, -0.09375, 0);
  }

  @Test
  void antialiasingWeighsAllCoveredCells() {
    ResizeMatrix half = ResizeMatrix.cubicAntialiased(8, 4);
    double sum = 0;
    for (int i = 0; i < 8; i++) {
      sum += half.weight(1, i);
      assertEquals(half.weight(1, i), half.weight(2, 7 - i), EPS);
    }
    assertEquals(1, sum, EPS);
    assertEquals(half.weight(1, 2), half.weight(1, 3), EPS);
    ResizeMatrix same = ResizeMatrix.cubicAntialiased(5, 5);
    assertRow(same, 2, 0, 0, 1, 0, 0);
  }

  @Test
  void meansMatchPyTorchsAdaptivePooling() {
    ResizeMatrix m = ResizeMatrix.means(5, 3);
    assertRow(m, 0, 0.5, 0.5, 0, 0, 0);
    assertRow(m, 1, 0, 1.0 / 3, 1.0 / 3, 1.0 / 3, 0);
    assertRow(m, 2, 0, 0, 0, 0.5, 0.5);
  }

  static Stream<Arguments> resizings() {
    return Stream.of(
        Arguments.of("linear", ResizeMatrix.linear(7, 11)),
        Arguments.of("corners", ResizeMatrix.corners(7, 11)),
        Arguments.of("cubic", ResizeMatrix.cubic(7, 11)),
        Arguments.of("cubic, smaller", ResizeMatrix.cubic(11, 3)),
        Arguments.of("antialiased", ResizeMatrix.cubicAntialiased(11, 3)),
        Arguments.of("means", ResizeMatrix.means(11, 4)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("resizings")
  void aConstantMapIsUnchanged(String name, ResizeMatrix matrix) {
    for (int o = 0; o < matrix.out(); o++) {
      double sum = 0;
      for (int i = 0; i < matrix.in(); i++) {
        sum += matrix.weight(o, i);
      }
      assertEquals(1, sum, EPS, name + ", row " + o);
    }
  }

  @Test
  void compositionIsTheProductAndTransposingSwapsTheAxes() {
    ResizeMatrix a = ResizeMatrix.of(new double[][] {{1, 2}, {3, 4}, {5, 6}});
    ResizeMatrix b = ResizeMatrix.of(new double[][] {{1, 0, 2}});
    assertRow(b.after(a), 0, 11, 14);
    assertRow(a.transposed(), 1, 2, 4, 6);
    assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6}, a.values());
  }

  @Test
  void rowsOfDifferentLengthsAreRejected() {
    assertThrows(
        IllegalArgumentException.class, () -> ResizeMatrix.of(new double[][] {{1, 2}, {3}}));
    assertThrows(IllegalArgumentException.class, () -> ResizeMatrix.of(new double[0][]));
  }

  @Test
  void resamplingReturnsTheRequestedSizeAndTheSameMapIfUnchanged() {
    Tensor x = new Trace().input("x", DType.FLOAT32, 2, 3, 4, 6);
    assertEquals(Shape.of(2, 3, 8, 9), Resampling.bilinear(x, 8, 9).shape());
    assertEquals(Shape.of(2, 3, 8, 9), Resampling.bilinearAlignedCorners(x, 8, 9).shape());
    assertEquals(Shape.of(2, 3, 8, 9), Resampling.nearest(x, 8, 9).shape());
    assertEquals(Shape.of(2, 3, 8, 9), Resampling.bicubic(x, 8, 9).shape());
    assertEquals(Shape.of(2, 3, 2, 3), Resampling.adaptiveAveragePool(x, 2, 3).shape());
    assertSame(x, Resampling.bilinear(x, 4, 6));
    assertSame(x, Resampling.bicubic(x, 4, 6));
    assertSame(x, Resampling.nearest(x, 4, 6));
  }
}
