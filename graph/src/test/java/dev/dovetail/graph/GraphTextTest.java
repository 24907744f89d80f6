package dev.dovetail.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.dovetail.core.DType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphTextTest {

  private static String text(float last) {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, 2, 3);
    Tensor y =
        trace
            .root()
            .in("layer", s -> x.matmul(s.weight("weight", Init.zeros(), 3, 4)).permute(1, 0));
    float[] many = new float[20];
    many[19] = last;
    List<Tensor> parts = y.split(0, 1, 3);
    Tensor sum = parts.get(1).reshape(6, 1).plus(trace.root().constant(many));
    return trace.graph(Map.of("out", sum)).describe();
  }

  @Test
  void aNodeIsALineWithScopeOperandsAndShapes() {
    String[] lines = text(1).split("\n");
    assertEquals("input x float32[2, 3]", lines[0]);
    assertEquals(
        "layer#1 float32[2, 4] = MatMul(x float32[2, 3], layer.weight float32[3, 4])", lines[1]);
    assertEquals("layer#2 float32[4, 2] = Transpose(#1 float32[2, 4]) perm=[1, 0]", lines[2]);
    assertEquals(
        "root#1.0 float32[1, 2], root#1.1 float32[3, 2] = Split(layer#2 float32[4, 2]) axis=0"
            + " {1, 3}",
        lines[3]);
    assertEquals("root#2 float32[6, 1] = Reshape(#1.1 float32[3, 2]) {6, 1}", lines[4]);
    assertEquals("output out = root#3 float32[6, 20]", lines[6]);
    assertEquals(7, lines.length);
  }

  @Test
  void equalModelsHaveEqualTextAndOtherConstantsChangeIt() {
    assertEquals(text(1), text(1));
    assertNotEquals(text(1), text(2));
  }
}
