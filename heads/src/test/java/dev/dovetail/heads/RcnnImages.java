package dev.dovetail.heads;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.Boxes;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Runs heads with two or more stages on the pyramids of random images. */
final class RcnnImages {

  private static final int HEIGHT = 128;
  private static final int WIDTH = 192;
  private static final int CHANNELS = 8;

  private RcnnImages() {}

  /** Traces a head with its detections and the values of the scopes in {@code taps}. */
  static Graph trace(PyramidHead<Boxes> head, int batch, String... taps) {
    Trace trace = new Trace();
    List<Tensor> maps = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      maps.add(
          trace.input(
              "p" + i, DType.FLOAT32, batch, CHANNELS, HEIGHT / (4 << i), WIDTH / (4 << i)));
    }
    Boxes boxes =
        head.predict(trace.root(), FeaturePyramid.from(4, maps), images(trace, maps.get(0)));
    Graph graph = trace.graph(boxes.tensors());
    Map<String, Tensor> outputs = new LinkedHashMap<>(boxes.tensors());
    for (String tap : taps) {
      outputs.put(tap, graph.values().get(tap));
    }
    return graph.withOutputs(outputs);
  }

  /** Images whose geometry is an input of the graph; the head does not read their pixels. */
  static ImageBatch images(Trace trace, Tensor pixels) {
    return ImageBatch.ofInputs(trace.root(), pixels);
  }

  /** The inputs for one image; with {@code strength} 0 all features are zero. */
  static Map<String, TensorData> image(long seed, float strength) {
    Random random = new Random(seed);
    Map<String, TensorData> inputs = new HashMap<>();
    for (int i = 0; i < 5; i++) {
      int h = HEIGHT / (4 << i);
      int w = WIDTH / (4 << i);
      float[] map = new float[CHANNELS * h * w];
      for (int j = 0; j < map.length; j++) {
        map[j] = (float) random.nextGaussian() * strength;
      }
      inputs.put("p" + i, TensorData.of(map, 1, CHANNELS, h, w));
    }
    long height = 90L + random.nextInt(30);
    long width = 150L + random.nextInt(40);
    float f = 1.25f + random.nextFloat();
    inputs.put("img_shape", TensorData.of(new long[] {height, width}, 1, 2));
    inputs.put("scale_factor", TensorData.of(new float[] {f, f + .01f, f, f + .01f}, 1, 4));
    return inputs;
  }

  static Map<String, TensorData> batch(List<Map<String, TensorData>> images) {
    Map<String, TensorData> all = new HashMap<>();
    for (String name : images.get(0).keySet()) {
      int[] dims = images.get(0).get(name).type().shape().dims();
      dims[0] = images.size();
      if (name.equals("img_shape")) {
        all.put(
            name,
            TensorData.of(
                images.stream().flatMapToLong(i -> Arrays.stream(i.get(name).longs())).toArray(),
                dims));
      } else {
        int n = images.get(0).get(name).floats().length;
        float[] values = new float[n * images.size()];
        for (int i = 0; i < images.size(); i++) {
          System.arraycopy(images.get(i).get(name).floats(), 0, values, i * n, n);
        }
        all.put(name, TensorData.of(values, dims));
      }
    }
    return all;
  }
}
