package dev.dovetail.heads;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.heads.maskrcnn.Proposals;
import dev.dovetail.heads.maskrcnn.RoiExtractor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoiExtractorTest {

  /** Runs on maps of 256x256 pixels in which every cell contains the index of its level plus 1. */
  private static Map<String, TensorData> run(float... boxes) {
    Trace trace = new Trace();
    Map<String, TensorData> inputs = new HashMap<>();
    List<Tensor> maps = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int size = 64 >> i;
      maps.add(trace.input("p" + i, DType.FLOAT32, 1, 1, size, size));
      float[] map = new float[size * size];
      Arrays.fill(map, i + 1);
      inputs.put("p" + i, TensorData.of(map, 1, 1, size, size));
    }
    Tensor b = trace.input("boxes", DType.FLOAT32, Shape.UNKNOWN, 4);
    Tensor image = trace.input("image", DType.INT64, Shape.UNKNOWN);
    inputs.put("boxes", TensorData.of(boxes, boxes.length / 4, 4));
    inputs.put("image", TensorData.of(new long[boxes.length / 4], boxes.length / 4));
    RoiExtractor extractor = RoiExtractor.defaults();
    Tensor level = extractor.level(b);
    Tensor features =
        extractor.extract(
            trace.root(), FeaturePyramid.from(4, maps), new Proposals(b, image), level, 2);
    return Runner.run(
        trace.graph(Map.of("level", level, "features", features)), inputs, Precision.FP32);
  }

  @Test
  void sizeDeterminesTheLevelAndTheOrderIsKept() {
    Map<String, TensorData> out =
        run(
            0, 0, 250, 250, // 224 and more
            0, 0, 10, 10, //
            0, 0, 112, 112, // exactly the threshold
            0, 0, 111.9f, 111.9f, //
            0, 0, 500, 500, // 448 and more
            0, 0, 20, 20);
    assertArrayEquals(new long[] {2, 0, 1, 0, 3, 0}, out.get("level").longs());
    float[] features = out.get("features").floats();
    for (int i = 0; i < 6; i++) {
      assertEquals(out.get("level").longs()[i] + 1.0, features[4 * i], 1e-5);
    }
  }

  @Test
  void levelsWithoutRegionsAreEmpty() {
    Map<String, TensorData> out = run(0, 0, 230, 230, 10, 10, 245, 245);
    assertArrayEquals(new long[] {2, 2}, out.get("level").longs());
    assertEquals(Shape.of(2, 1, 2, 2), out.get("features").type().shape());
    float[] threes = new float[8];
    Arrays.fill(threes, 3);
    assertArrayEquals(threes, out.get("features").floats(), 1e-5f);
  }

  @Test
  void noRegionsGiveNoFeatures() {
    assertEquals(Shape.of(0, 1, 2, 2), run().get("features").type().shape());
  }
}
