package dev.dovetail.graph.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Resizing along one axis matches PyTorch 2.14 and timm 1.0.29 for five fixed values. */
class InterpolationTest {

  private static final double[] VALUES = {0.3, -1.2, 2.5, 0.7, -0.4};

  @ParameterizedTest
  @CsvSource({
    "BICUBIC, 0.439252 -0.643488 -1.073029 1.542145 2.439026 0.844910 -0.072559 -0.502118",
    "BICUBIC, -0.377777 2.500000 -0.153704",
    "ANTIALIASED, 0.407934 -0.478479 -1.101501 1.575378 2.320190 0.803345 -0.056353 -0.479151",
    "ANTIALIASED, -0.381538 1.333953 0.115385",
    "DINOV2, 0.440770 -0.614306 -1.117150 1.424708 2.488169 0.952202 -0.029760 -0.481015",
    "DINOV2, -0.309569 2.344425 -0.047107",
    "BILINEAR, 0.300000 -0.356250 -0.968750 1.343750 1.937500 0.812500 0.081250 -0.400000",
    "BILINEAR, -0.200000 2.500000 -0.033333",
    "GEOMETRIC, 0.300000 -0.199999 -1.200000 2.500000 0.700000 -0.033334 -0.400000",
    "GEOMETRIC, -1.200000 2.500000 0.700000"
  })
  void everyWayGivesTheLibrarysValues(Interpolation resize, String expected) {
    double[] wanted = Arrays.stream(expected.split(" ")).mapToDouble(Double::parseDouble).toArray();
    ResizeMatrix matrix = resize.matrix(VALUES.length, wanted.length);
    for (int i = 0; i < wanted.length; i++) {
      assertEquals(wanted[i], resized(matrix, i), 3e-6);
    }
  }

  /** The second row of the kernel in the product of the values with themselves. */
  @ParameterizedTest
  @CsvSource({
    "-0.236176 0.193686 0.540247 -0.558821 -0.817789 -0.120508 0.063499 0.099675",
    "-3.742034 9.908412 -0.994123"
  })
  void aPatchKernelIsResizedAsTimmDoes(String expected) {
    double[] wanted = Arrays.stream(expected.split(" ")).mapToDouble(Double::parseDouble).toArray();
    ResizeMatrix matrix = Interpolation.FLEXI.matrix(VALUES.length, wanted.length);
    for (int i = 0; i < wanted.length; i++) {
      assertEquals(wanted[i], resized(matrix, 1) * resized(matrix, i), 1e-5);
    }
  }

  private static double resized(ResizeMatrix matrix, int to) {
    double sum = 0;
    for (int i = 0; i < VALUES.length; i++) {
      sum += matrix.weight(to, i) * VALUES[i];
    }
    return sum;
  }

  @Test
  void aPseudoInverseUndoesAMatrixOfFullRank() {
    ResizeMatrix grow = ResizeMatrix.cubicAntialiased(14, 16);
    ResizeMatrix undone = grow.pseudoInverse().after(grow);
    for (int i = 0; i < 14; i++) {
      for (int j = 0; j < 14; j++) {
        assertEquals(i == j ? 1 : 0, undone.weight(i, j), 1e-9);
      }
    }
    ResizeMatrix constant = ResizeMatrix.of(new double[][] {{1, 1}, {1, 1}});
    assertThrows(IllegalArgumentException.class, constant::pseudoInverse);
  }
}
