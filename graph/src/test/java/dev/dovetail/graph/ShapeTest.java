package dev.dovetail.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import org.junit.jupiter.api.Test;

class ShapeTest {

  private static final int UNKNOWN = Shape.UNKNOWN;

  @Test
  void shapesBroadcastAsInNumPy() {
    assertEquals(Shape.of(4, 3, 5), Shape.of(4, 1, 5).broadcast(Shape.of(3, 1)));
    assertEquals(Shape.of(2), Shape.of().broadcast(Shape.of(2)));
    assertThrows(IllegalArgumentException.class, () -> Shape.of(2, 3).broadcast(Shape.of(2)));
  }

  @Test
  void knownExtentsReplaceUnknownOnes() {
    assertEquals(Shape.of(7), Shape.of(UNKNOWN).broadcast(Shape.of(7)));
    assertEquals(Shape.of(UNKNOWN), Shape.of(UNKNOWN).broadcast(Shape.of(1)));
    assertTrue(Shape.of(UNKNOWN, 4).accepts(Shape.of(9, 4)));
    assertFalse(Shape.of(UNKNOWN, 4).accepts(Shape.of(9, 5)));
  }

  @Test
  void theNumberOfElementsOfAnUnknownShapeIsAnError() {
    assertEquals(24, Shape.of(2, 3, 4).elements());
    assertEquals(1, Shape.of().elements());
    assertThrows(IllegalArgumentException.class, () -> Shape.of(2, UNKNOWN).elements());
  }

  @Test
  void negativeAxesCountFromTheEnd() {
    assertEquals(4, Shape.of(2, 3, 4).dim(-1));
    assertThrows(IllegalArgumentException.class, () -> Shape.of(2).dim(1));
    assertEquals("[2, ?]", Shape.of(2, UNKNOWN).toString());
  }

  @Test
  void reshapingPreservesTheNumberOfElementsAndInfersOneExtent() {
    Tensor x = new Trace().input("x", DType.FLOAT32, 2, 12);
    assertEquals(Shape.of(2, 3, 4), x.reshape(2, -1, 4).shape());
    assertThrows(ShapeException.class, () -> x.reshape(5, -1));
    assertThrows(ShapeException.class, () -> x.reshape(-1, -1));
  }

  @Test
  void flattenSplitSliceAndConcatHaveTheExpectedShapes() {
    Tensor x = new Trace().input("x", DType.FLOAT32, 2, 3, 4, 5);
    assertEquals(Shape.of(2, 12, 5), x.flatten(1, 2).shape());
    assertEquals(Shape.of(2, 3, 4, 2), x.slice(-1, 1, 5, 2).shape());
    assertEquals(Shape.of(2, 3, 2, 5), x.chunk(2, 2).get(1).shape());
    assertEquals(Shape.of(2, 3, 4, 10), Tensor.concat(3, x, x).shape());
    assertEquals(Shape.of(2, 4, 5), x.select(1, 2).shape());
    assertThrows(ShapeException.class, () -> x.split(1, 1, 1));
    assertThrows(ShapeException.class, () -> Tensor.concat(0, x, x.select(1, 2)));
  }
}
