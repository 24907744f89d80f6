package dev.dovetail.train.detection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.graph.TensorData;
import dev.dovetail.heads.boxes.BoxCoder;
import dev.dovetail.testing.FixtureFolders;
import dev.dovetail.train.TrainingFixture;
import dev.dovetail.train.detection.MaxIouAssigner.Assignment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Assignments, deltas and masks match mmdet, with exact indices and masks. */
class DetectionTargetsTest {

  /** The tolerance of float32 values, relative to the largest: four units in the last place. */
  private static final double ROUNDING = 0x1p-22;

  @TestFactory
  Stream<DynamicTest> everyCaseHasTheReferencesTargets() {
    return FixtureFolders.in("training", "config.json")
        .where("op_det_targets fixture", f -> f.getFileName().toString().equals("op_det_targets"))
        .flatEach(DetectionTargetsTest::cases);
  }

  private static Stream<DynamicTest> cases(Path folder) {
    try {
      TrainingFixture fixture = TrainingFixture.read(folder);
      return cases(fixture, fixture.inputs(), fixture.outputs());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<DynamicTest> cases(
      TrainingFixture fixture, Map<String, TensorData> inputs, Map<String, TensorData> outputs) {
    JsonNode cases = fixture.config().get("cases");
    return IntStream.range(0, cases.size())
        .mapToObj(
            i ->
                DynamicTest.dynamicTest(
                    cases.get(i).get("name").asText(),
                    () ->
                        check(
                            cases.get(i),
                            TrainingFixture.ofCase(inputs, i),
                            TrainingFixture.ofCase(outputs, i))));
  }

  private static void check(
      JsonNode of, Map<String, TensorData> in, Map<String, TensorData> outputs) {
    switch (of.get("kind").asText()) {
      case "assign" -> assign(of, in, outputs);
      case "encode" -> encode(in, outputs);
      case "mask_target" -> masks(in, outputs);
      default -> throw new IllegalArgumentException("no such kind: " + of.get("kind"));
    }
  }

  private static void assign(
      JsonNode of, Map<String, TensorData> in, Map<String, TensorData> outputs) {
    MaxIouAssigner assigner =
        new MaxIouAssigner(
            (float) of.get("pos_iou_thr").asDouble(),
            (float) of.get("neg_iou_thr").asDouble(),
            (float) of.get("min_pos_iou").asDouble(),
            of.get("match_low_quality").asBoolean());
    Assignment got = assigner.assign(in.get("boxes").floats(), in.get("gt_boxes").floats());
    assertArrayEquals(
        outputs.get("assigned").longs(), Arrays.stream(got.objects()).asLongStream().toArray());
    assertArrayEquals(outputs.get("max_iou").floats(), got.overlaps());
  }

  private static void encode(Map<String, TensorData> in, Map<String, TensorData> outputs) {
    Map<String, BoxCoder> coders =
        Map.of("rpn", BoxCoder.withStds(1, 1, 1, 1), "rcnn", BoxCoder.withStds(0.1, 0.1, 0.2, 0.2));
    assertEquals(coders.keySet(), outputs.keySet());
    coders.forEach(
        (name, coder) -> {
          double[] boxes = in.get("boxes").doubles();
          int[] all = IntStream.range(0, boxes.length / 4).toArray();
          float[] expected = outputs.get(name).floats();
          double largest = 0;
          for (float v : expected) {
            largest = Math.max(largest, Math.abs(v));
          }
          assertArrayEquals(
              expected,
              Deltas.of(coder, boxes, all, in.get("gt_boxes"), all).floats(),
              (float) (ROUNDING * largest),
              name);
        });
  }

  private static void masks(Map<String, TensorData> in, Map<String, TensorData> outputs) {
    MaskTargets targets = new MaskTargets(outputs.get("targets").type().shape().dim(1));
    double[] boxes = in.get("boxes").doubles();
    long[] objects = in.get("indices").longs();
    int cells = targets.size() * targets.size();
    byte[] expected = new byte[objects.length * cells];
    outputs.get("targets").bytes().get(expected);
    for (int i = 0; i < objects.length; i++) {
      double[] box = Deltas.row(boxes, i);
      float[] shares = targets.shares(in.get("bitmaps"), (int) objects[i], box);
      assertArrayEquals(outputs.get("values").floats(i * cells, cells), shares, 1e-5f, "box " + i);
      float[] mask = targets.of(in.get("bitmaps"), (int) objects[i], box);
      for (int j = 0; j < cells; j++) {
        assertEquals(expected[i * cells + j], mask[j], "box " + i + ", cell " + j);
      }
    }
  }
}
