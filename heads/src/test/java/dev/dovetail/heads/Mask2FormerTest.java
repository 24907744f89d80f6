package dev.dovetail.heads;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.SinePosition;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.heads.mask2former.Mask2Former;
import dev.dovetail.heads.mask2former.PixelDecoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Mask2FormerTest {

  private static final Mask2Former SMALL =
      new Mask2Former(
          5,
          new PixelDecoder(32, new PixelDecoder.Encoder(4, 2, 2, 48), 8, 1, 0),
          new Mask2Former.Decoder(4, 6, 3, 64, false, Activation.RELU));

  private static Graph trace(Mask2Former model, int batch, int width) {
    Trace trace = new Trace();
    List<Tensor> maps = new ArrayList<>();
    for (int size : new int[] {16, 8, 4, 2}) {
      maps.add(trace.input("f" + size, DType.FLOAT32, batch, width, size, size));
    }
    ImageBatch images = ImageBatch.ofInputs(trace.root(), maps.get(0));
    Tensor logits =
        model.predict(trace.root(), FeaturePyramid.from(4, maps), images).pixelLogits(trace.root());
    return trace.graph(Map.of("logits", logits));
  }

  private static Map<String, TensorData> random(int batch, int width, long seed) {
    Random random = new Random(seed);
    Map<String, TensorData> inputs = new HashMap<>();
    for (int size : new int[] {16, 8, 4, 2}) {
      float[] map = new float[batch * width * size * size];
      for (int i = 0; i < map.length; i++) {
        map[i] = (float) random.nextGaussian();
      }
      inputs.put("f" + size, TensorData.of(map, batch, width, size, size));
    }
    return inputs;
  }

  @Test
  void keysAndParametersAreThoseOfThePublishedCheckpoint() throws IOException {
    Graph graph = trace(Mask2Former.defaults(), 1, 1024);
    PublishedKeys.assertExact(graph, "mask2former_head_large_cocostuff.tsv", "decode_head.");
    assertEquals(239_674_284, PublishedKeys.count(graph));
  }

  @Test
  void scoresAreNonNegativeAndNoMoreThanTheQueries() {
    float[] scores =
        Runner.run(trace(SMALL, 1, 8), random(1, 8, 1), Precision.FP32).get("logits").floats();
    assertEquals(5 * 16 * 16, scores.length);
    for (float score : scores) {
      assertTrue(score >= 0 && score <= 6, "a score of " + score);
    }
  }

  @Test
  void aBatchEqualsItsSingleImages() {
    Map<String, TensorData> two = random(2, 8, 3);
    float[] joint = Runner.run(trace(SMALL, 2, 8), two, Precision.FP32).get("logits").floats();
    for (int i = 0; i < 2; i++) {
      Map<String, TensorData> one = new HashMap<>();
      for (Map.Entry<String, TensorData> e : two.entrySet()) {
        int[] dims = e.getValue().type().shape().dims();
        dims[0] = 1;
        one.put(e.getKey(), TensorData.of(half(e.getValue().floats(), i), dims));
      }
      float[] alone = Runner.run(trace(SMALL, 1, 8), one, Precision.FP32).get("logits").floats();
      assertArrayEquals(alone, half(joint, i), 1e-4f, "image " + i);
    }
  }

  private static float[] half(float[] values, int i) {
    int n = values.length / 2;
    return Arrays.copyOfRange(values, i * n, (i + 1) * n);
  }

  /** Manually computed for a map with one row and two columns. */
  @Test
  void positionsAreNormalizedByTheMapAndRowsComeFirst() {
    float[] p = new float[8];
    new SinePosition(4).tokens(1, 2).bytes().asFloatBuffer().get(p);
    float full = (float) (2 * Math.PI / (1 + 1e-6));
    assertEquals(Math.sin(full), p[0], 1e-6);
    assertEquals(Math.cos(full), p[1], 1e-6);
    assertEquals(Math.sin(Math.PI / (1 + 5e-7)), p[2], 1e-6);
    assertEquals(-1, p[3], 1e-6);
    assertEquals(1, p[7], 1e-6);
  }
}
