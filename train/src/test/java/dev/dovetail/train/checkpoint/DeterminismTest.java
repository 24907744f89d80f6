package dev.dovetail.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import dev.dovetail.heads.PyramidNetwork;
import dev.dovetail.heads.maskrcnn.MaskRcnn;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.train.detection.ImageObjects;
import dev.dovetail.train.detection.MaskRcnnTraining;
import dev.dovetail.train.engine.Executable;
import dev.dovetail.train.engine.FloatType;
import dev.dovetail.train.engine.Libtorch;
import dev.dovetail.train.engine.Masks;
import dev.dovetail.train.engine.Parameters;
import dev.dovetail.train.engine.Pass;
import dev.dovetail.train.engine.RandomMasks;
import dev.dovetail.train.engine.Tensors;
import dev.dovetail.train.loss.Losses;
import dev.dovetail.train.optim.AdamW;
import dev.dovetail.train.optim.ParameterGroups;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two training runs with the same seed produce the same bytes, even with several threads. */
class DeterminismTest {

  /** The size is large enough that libtorch uses several threads for maps and pixels. */
  private static final int SIDE = 128;

  private static final int STEPS = 1;

  @BeforeEach
  void twoThreads() {
    Libtorch.threads(2);
  }

  @AfterEach
  void oneThread() {
    Libtorch.threads(1);
  }

  /** Computes the losses of a step. */
  private interface Step {
    Losses losses(Executable executable, Parameters parameters, RandomMasks masks, long step);
  }

  private static Map<String, ByteBuffer> train(Graph graph, Step step) {
    Map<String, ByteBuffer> bytes = new LinkedHashMap<>();
    RandomMasks masks = Masks.random(5);
    try (Parameters parameters = Parameters.initial(graph, FloatType.FLOAT32, 5);
        Executable executable = Executable.of(graph, FloatType.FLOAT32);
        AdamW optimizer =
            new AdamW(ParameterGroups.one(0.05).of(parameters), AdamW.Moments.defaults())) {
      for (long i = 0; i < STEPS; i++) {
        try (PointerScope scope = new PointerScope()) {
          parameters.clearGradients();
          step.losses(executable, parameters, masks.at(i), i).backward(1);
          optimizer.step(parameters, 1e-3);
        }
      }
      parameters.names().forEach(n -> bytes.put(n, Tensors.data(parameters.value(n)).bytes()));
      optimizer.state().forEach((n, t) -> bytes.put(n, Tensors.data(t).bytes()));
    }
    return bytes;
  }

  @Test
  void aSegmenterIsDeterministic() throws IOException {
    ModelConfig config =
        TinyTraining.config(
            TinyTraining.SEGMENTER.replace("'width':16", "'width':48"), TinyTraining.CLASSES);
    Graph graph = TinyTraining.graph(config, SIDE);
    Step step =
        (executable, parameters, masks, i) ->
            TinyTraining.losses(executable, parameters, masks, i, SIDE);
    assertEquals(train(graph, step), train(graph, step));
  }

  /** Returns squares of several sizes, many of which share cells of the map. */
  private static ImageObjects objects() {
    int n = 10;
    float[] boxes = new float[4 * n];
    long[] labels = new long[n];
    byte[] bits = new byte[n * SIDE * SIDE];
    for (int k = 0; k < n; k++) {
      int from = 4 * k;
      int to = from + 20 + 7 * k;
      Arrays.fill(boxes, 4 * k, 4 * k + 2, from);
      Arrays.fill(boxes, 4 * k + 2, 4 * k + 4, to);
      labels[k] = k % TinyTraining.CLASSES;
      for (int y = from; y < to; y++) {
        int row = (k * SIDE + y) * SIDE;
        Arrays.fill(bits, row + from, row + to, (byte) 1);
      }
    }
    ImageObjects.Size size = new ImageObjects.Size(SIDE, SIDE);
    return new ImageObjects(
        TensorData.of(boxes, n, 4),
        TensorData.of(labels, n),
        TensorData.of(bits, n, SIDE, SIDE),
        size,
        size);
  }

  @Test
  void aDetectorIsDeterministic() throws IOException {
    ModelConfig config =
        TinyTraining.config(
            InitialWeightsTest.DETECTOR.replace("'channels':8", "'channels':32"),
            TinyTraining.CLASSES);
    MaskRcnn head = (MaskRcnn) ((PyramidNetwork<?>) config.model().network()).head();
    MaskRcnnTraining training = MaskRcnnTraining.of(head);
    Graph graph = TinyTraining.graph(config, SIDE);
    Step step =
        (executable, parameters, masks, i) ->
            training
                .step(
                    executable,
                    parameters,
                    Tensors.of(TinyTraining.images(SIDE, i), FloatType.FLOAT32),
                    List.of(objects(), objects()),
                    Pass.training(masks),
                    5 + i)
                .losses();
    assertEquals(train(graph, step), train(graph, step));
  }
}
