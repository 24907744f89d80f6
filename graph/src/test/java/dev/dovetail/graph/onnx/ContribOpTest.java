package dev.dovetail.graph.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators of ONNX Runtime's own domain reject operands that it would reject in a run. */
class ContribOpTest {

  private static final Op NORM = new ContribOp.SkipLayerNormalization(false, 1e-6);
  private static final Op BIASED_NORM = new ContribOp.SkipLayerNormalization(true, 1e-6);
  private static final Op GELU = new ContribOp.BiasGelu();

  /** Returns the results of operands such as {@code 3,8 8}, each with its dimensions. */
  private static List<TensorType> infer(Op op, String operands) {
    return op.infer(
        Arrays.stream(operands.split(" "))
            .map(s -> Arrays.stream(s.split(",")).mapToInt(Integer::parseInt).toArray())
            .map(dims -> TensorType.of(DType.FLOAT32, dims))
            .toList());
  }

  @Test
  void validOperandsHaveTheShapeOfTheResults() {
    Shape rows = Shape.of(2, 3, 8);
    for (String skip : List.of("2,3,8", "1,3,8")) {
      List<TensorType> results = infer(NORM, "2,3,8 " + skip + " 8 8");
      assertEquals(List.of(rows, rows), results.stream().map(TensorType::shape).toList());
    }
    assertEquals(Shape.of(3, 8), infer(BIASED_NORM, "3,8 3,8 8 8 8").get(1).shape());
    assertEquals(rows, infer(GELU, "2,3,8 8").get(0).shape());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2,3,8 2,3,8 8",
        "2,3,8 2,3,8 8 8 8",
        "2,3,8 2,1,8 8 8",
        "3,8 1,8 8 8",
        "2,3,8 2,3,8 7 8",
        "2,3,8 2,3,8 8 1,8",
        "2,3,4,8 2,3,4,8 8 8"
      })
  void normsRejectOtherOperands(String operands) {
    assertThrows(IllegalArgumentException.class, () -> infer(NORM, operands));
  }

  @Test
  void aBiasHasTheWidthOfTheValues() {
    assertThrows(IllegalArgumentException.class, () -> infer(BIASED_NORM, "3,8 3,8 8 8 7"));
    for (String operands : List.of("3,8", "3,8 7", "3,8 1,8", "3,8 8 8")) {
      assertThrows(IllegalArgumentException.class, () -> infer(GELU, operands));
    }
  }
}
