package dev.dovetail.heads;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.graph.TensorData;
import dev.dovetail.heads.boxes.AnchorGenerator;
import dev.dovetail.heads.boxes.BoxCoder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Numbers of anchors and encoded boxes. */
class BoxGeometryTest {

  @Test
  void anchorsAreAlsoAvailableWithoutRounding() {
    TensorData boxes = AnchorGenerator.ofScales(List.of(8f), List.of(0.5f, 2f)).boxes(4, 2, 3);
    double halfLong = 16 * Math.sqrt(2);
    double halfShort = 16 / Math.sqrt(2);
    double[] last = {
      8 - halfShort, 4 - halfLong, 8 + halfShort, 4 + halfLong
    }; // row 1, column 2, 2 high : 1 wide
    double[] exact = boxes.doubles();
    assertArrayEquals(last, Arrays.copyOfRange(exact, exact.length - 4, exact.length), 1e-14);
    float[] rounded = boxes.floats();
    for (int i = 0; i < rounded.length; i++) {
      assertEquals(exact[i], rounded[i], 1e-5);
    }
  }

  @Test
  void deltasAreRelativeOffsetsAndLogarithmsDividedByTheirDeviations() {
    double[] box = {10, 20, 30, 60};
    double[] target = {15, 20, 35, 100};
    double[] plain = {0.25, 0.5, 0, Math.log(2)};
    assertArrayEquals(plain, BoxCoder.withStds(1, 1, 1, 1).encode(box, target), 1e-15);
    BoxCoder coder = new BoxCoder(List.of(0.5, 0.0, 0.0, 0.0), List.of(0.1, 0.1, 0.2, 0.2), true);
    double[] scaled = {-2.5, 5, 0, Math.log(2) / 0.2};
    assertArrayEquals(scaled, coder.encode(box, target), 1e-14);
    assertArrayEquals(new double[4], BoxCoder.withStds(1, 1, 1, 1).encode(box, box));
  }
}
