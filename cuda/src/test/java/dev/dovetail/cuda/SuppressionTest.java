package dev.dovetail.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.core.DType;
import dev.dovetail.cuda.kernels.KernelDevice;
import dev.dovetail.cuda.kernels.KernelException;
import dev.dovetail.cuda.kernels.Launch;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Selection;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The kernels of non-maximum suppression select the same boxes as ONNX Runtime's operator. */
@Tag("slow")
class SuppressionTest extends CompiledKernels {

  private static final int BOXES = 600;

  @Test
  void boxesWithEqualScoresAreInIndexOrder() throws IOException {
    float[] scores = new float[BOXES];
    for (int i = 0; i < BOXES; i++) {
      scores[i] = i % 3 / 2f;
    }
    check(1, boxes(1), scores, new Selection.NonMaxSuppression(BOXES, 0.5f, -0.5f));
  }

  @Test
  void negativeZeroEqualsZero() throws IOException {
    float[] scores = new float[BOXES];
    for (int i = 0; i < BOXES; i++) {
      scores[i] = i % 2 == 0 ? -0f : 0f;
    }
    check(1, boxes(1), scores, new Selection.NonMaxSuppression(BOXES, 0.2f, -0.5f));
  }

  @Test
  void imagesHaveDifferentNumbersOfBoxes() throws IOException {
    float[] scores = scores(3);
    Arrays.fill(scores, BOXES, 2 * BOXES, -1); // the second image has no candidates
    long[] selected = check(3, boxes(3), scores, new Selection.NonMaxSuppression(50, 0.5f, 0.9f));
    assertEquals(0, image(selected, 1));
  }

  @Test
  void noBoxIsSelectedIfAllAreExcluded() throws IOException {
    float[] scores = new float[BOXES];
    Arrays.fill(scores, Float.NEGATIVE_INFINITY);
    assertEquals(
        0, check(1, boxes(1), scores, new Selection.NonMaxSuppression(9, 0.5f, -1)).length);
  }

  @Test
  void aScoreEqualToTheThresholdIsExcluded() throws IOException {
    float[] scores = new float[BOXES];
    Arrays.fill(scores, 0.25f);
    scores[7] = Math.nextUp(0.25f);
    long[] selected = check(1, boxes(1), scores, new Selection.NonMaxSuppression(9, 0.5f, 0.25f));
    assertArrayEquals(new long[] {0, 0, 7}, selected);
  }

  @Test
  void anOverlapEqualToTheThresholdIsKept() throws IOException {
    float[] boxes = new float[4 * BOXES];
    for (int i = 0; i < BOXES; i++) { // pairs with an IoU of 1/2, with corners in any order
      int at = i / 2 * 8;
      float[] box = i % 2 == 0 ? new float[] {at, 0, at + 2, 1} : new float[] {at + 1, 1, at, 0};
      System.arraycopy(box, 0, boxes, 4 * i, 4);
    }
    float[] scores = scores(1);
    assertEquals(
        3 * BOXES,
        check(1, boxes, scores, new Selection.NonMaxSuppression(BOXES, 0.5f, -1)).length);
    float lower = Math.nextDown(0.5f);
    assertEquals(
        3 * BOXES / 2,
        check(1, boxes, scores, new Selection.NonMaxSuppression(BOXES, lower, -1)).length);
  }

  @Test
  void oneBoxIsSelectedPerImageIfOneIsRequested() throws IOException {
    assertEquals(
        6, check(2, boxes(2), scores(2), new Selection.NonMaxSuppression(1, 0.5f, 0)).length);
  }

  @Test
  void emptyBoxesOverlapNothing() throws IOException {
    float[] boxes = new float[4 * BOXES];
    assertEquals(
        3 * BOXES,
        check(1, boxes, scores(1), new Selection.NonMaxSuppression(BOXES, 0, -1)).length);
  }

  @Test
  void withoutAKernelForEachStepTheOperatorRemains() throws IOException {
    KernelDevice refusing =
        new KernelDevice() {
          @Override
          public String provider() {
            return device.provider();
          }

          @Override
          public Loaded load(Launch launch) throws KernelException {
            if (launch.kernel().equals("box_overlaps")) {
              throw new KernelException("box_overlaps cannot be compiled", "log");
            }
            return device.load(launch);
          }
        };
    Graph graph = graph(1, 1, BOXES);
    Map<String, TensorData> inputs =
        Map.of(
            "boxes", TensorData.of(boxes(1), 1, BOXES, 4),
            "scores", TensorData.of(scores(1), 1, 1, BOXES));
    try (Sessions.Compiled plain = compile(graph, CudaOptions.on(device).plain());
        Sessions.Compiled fused = compile(graph, CudaOptions.on(refusing))) {
      assertEquals(0, fused.fusedNodes());
      assertArrayEquals(
          plain.session().run(inputs).get("y").longs(),
          fused.session().run(inputs).get("y").longs());
    }
    assertEquals(
        List.of(), FusedGraph.fusions(graph, op -> !op.onnxName().equals("GreedySelection")));
  }

  @Test
  void fewBoxesSeveralClassesAndUnknownNumbersAreNotFused() {
    assertEquals(4, FusedGraph.fusions(graph(1, 1, 512), op -> true).size());
    assertEquals(List.of(), FusedGraph.fusions(graph(1, 1, 511), op -> true));
    assertEquals(List.of(), FusedGraph.fusions(graph(1, 1, (1 << 14) + 1), op -> true));
    assertEquals(List.of(), FusedGraph.fusions(graph(1, 2, BOXES), op -> true));
    assertEquals(List.of(), FusedGraph.fusions(graph(1, 1, Shape.UNKNOWN), op -> true));
  }

  private static Graph graph(int batch, int classes, int boxes) {
    return graph(batch, classes, boxes, new Selection.NonMaxSuppression(20, 0.5f, 0.1f));
  }

  private static Graph graph(int batch, int classes, int boxes, Selection.NonMaxSuppression op) {
    Trace trace = new Trace();
    return trace.graph(
        Map.of(
            "y",
            trace
                .input("boxes", DType.FLOAT32, batch, boxes, 4)
                .apply(op, trace.input("scores", DType.FLOAT32, batch, classes, boxes))));
  }

  private Sessions.Compiled compile(Graph graph, CudaOptions options) throws IOException {
    ParameterStore weights = WeightBinding.of(Map.of(), new DerivedFiles(folder, Long.MAX_VALUE));
    Settings settings = Settings.on(new Device.Cpu(), Precision.FP32).threads(1);
    return Sessions.compile(graph, weights, settings, options);
  }

  private static long image(long[] selected, int image) {
    long count = 0;
    for (int i = 0; i < selected.length; i += 3) {
      count += selected[i] == image ? 1 : 0;
    }
    return count;
  }

  /** Compares all boxes that both select, and returns them. */
  private long[] check(int batch, float[] boxes, float[] scores, Selection.NonMaxSuppression op)
      throws IOException {
    Graph graph = graph(batch, 1, BOXES, op);
    Map<String, TensorData> inputs =
        Map.of(
            "boxes", TensorData.of(boxes, batch, BOXES, 4),
            "scores", TensorData.of(scores, batch, 1, BOXES));
    CudaOptions options = CudaOptions.on(device);
    try (Sessions.Compiled plain = compile(graph, options.plain());
        Sessions.Compiled fused = compile(graph, options)) {
      assertEquals(4, fused.fusedNodes());
      long[] expected = plain.session().run(inputs).get("y").longs();
      assertArrayEquals(expected, fused.session().run(inputs).get("y").longs());
      return expected;
    }
  }

  private static float[] scores(int batch) {
    SplittableRandom random = new SplittableRandom(2);
    float[] scores = new float[batch * BOXES];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) random.nextDouble();
    }
    return scores;
  }

  private static float[] boxes(int batch) {
    SplittableRandom random = new SplittableRandom(3);
    float[] boxes = new float[4 * batch * BOXES];
    for (int i = 0; i < boxes.length; i += 4) {
      float x = (float) (100 * random.nextDouble());
      float y = (float) (100 * random.nextDouble());
      boxes[i] = x;
      boxes[i + 1] = y;
      boxes[i + 2] = x + (float) (50 * random.nextDouble());
      boxes[i + 3] = y + (float) (50 * random.nextDouble());
    }
    return boxes;
  }
}
