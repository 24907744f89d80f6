package dev.dovetail.heads;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.MapNorm;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.heads.boxes.AnchorGenerator;
import dev.dovetail.heads.boxes.BoxCoder;
import dev.dovetail.heads.maskrcnn.BoxHead;
import dev.dovetail.heads.maskrcnn.BoxHead.Background;
import dev.dovetail.heads.maskrcnn.BoxHead.Convs;
import dev.dovetail.heads.maskrcnn.CascadeMaskRcnn;
import dev.dovetail.heads.maskrcnn.CascadeRcnn;
import dev.dovetail.heads.maskrcnn.MaskHead;
import dev.dovetail.heads.maskrcnn.MaskRcnn;
import dev.dovetail.heads.maskrcnn.ProposalLimits;
import dev.dovetail.heads.maskrcnn.RcnnInference;
import dev.dovetail.heads.maskrcnn.RoiExtractor;
import dev.dovetail.heads.maskrcnn.Rpn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CascadeRcnnTest {

  private static final int CLASSES = 3;
  private static final Rpn PROPOSALS = Rpn.of(AnchorGenerator.defaults(), 8);
  private static final RcnnInference TEST =
      RcnnInference.of(0.05f, 0.5f, 15, ProposalLimits.of(50, 60, 0.7f, 0));
  private static final MaskHead MASKS = MaskHead.of(14, 8, 2);
  private static final BoxCoder FIRST = BoxCoder.withStds(0.1, 0.1, 0.2, 0.2);
  private static final List<List<Double>> PUBLISHED = CascadeRcnn.defaults().laterStds();

  private static BoxHead boxes(boolean classAgnostic, boolean convolved) {
    Convs convs = convolved ? new Convs(2, 8, MapNorm.BN) : Convs.none();
    return new BoxHead(7, 16, convolved ? 1 : 2, convs, FIRST, classAgnostic, Background.LAST);
  }

  private static CascadeMaskRcnn cascade(BoxHead boxes, List<List<Double>> laterStds) {
    return new CascadeMaskRcnn(detector(boxes, laterStds), MASKS);
  }

  private static CascadeRcnn detector(BoxHead boxes, List<List<Double>> laterStds) {
    return new CascadeRcnn(CLASSES, PROPOSALS, RoiExtractor.defaults(), boxes, laterStds, TEST);
  }

  private static CascadeReference reference(List<List<Double>> laterStds) {
    List<List<Double>> all = new ArrayList<>(List.of(FIRST.stds()));
    all.addAll(laterStds);
    return new CascadeReference(
        CLASSES,
        all.stream().map(s -> s.stream().mapToDouble(v -> v).toArray()).toList(),
        TEST.scoreThreshold(),
        TEST.iouThreshold(),
        TEST.maxDetections());
  }

  @ParameterizedTest(name = "class-agnostic {0}, convolved {1}")
  @CsvSource({"true, false", "true, true", "false, false", "false, true"})
  void equalsTheReferenceInDoublePrecision(boolean classAgnostic, boolean convolved) {
    check(boxes(classAgnostic, convolved), PUBLISHED);
  }

  @Tag("slow")
  @Test
  void twoAndFourStagesEqualTheReference() {
    check(boxes(false, false), List.of(List.of(0.2, 0.1, 0.3, 0.4)));
    check(
        boxes(true, false),
        List.of(List.of(0.2, 0.1, 0.3, 0.4), PUBLISHED.get(0), PUBLISHED.get(1)));
  }

  private static void check(BoxHead boxes, List<List<Double>> laterStds) {
    CascadeReference reference = reference(laterStds);
    List<String> taps = new ArrayList<>(List.of("rpn_head.proposals"));
    for (int stage = 0; stage <= laterStds.size(); stage++) {
      taps.add("roi_head.bbox_head." + stage + ".cls_score");
      taps.add("roi_head.bbox_head." + stage + ".bbox_pred");
      taps.add("roi_head.mask_head." + stage + ".mask_pred");
      if (stage > 0) {
        taps.add("roi_head.regions" + stage);
      }
    }
    Graph graph = RcnnImages.trace(cascade(boxes, laterStds), 1, taps.toArray(String[]::new));
    int compared = 0;
    for (long seed = 0; seed < 6; seed++) {
      Map<String, TensorData> image = RcnnImages.image(seed, 1);
      long[] size = image.get("img_shape").longs();
      Map<String, TensorData> out = Runner.run(graph, image, Precision.FP32);
      CascadeReference.Result expected =
          reference.detect(
              out, new double[] {size[1], size[0]}, image.get("scale_factor").floats());
      for (int stage = 1; stage <= laterStds.size(); stage++) {
        double[][] regions = CascadeReference.rows(out.get("roi_head.regions" + stage), 4);
        assertEquals(regions.length, expected.regions().get(stage).length);
        for (int i = 0; i < regions.length; i++) {
          assertArrayEquals(expected.regions().get(stage)[i], regions[i], 1e-3, "seed " + seed);
        }
      }
      assertDetections(expected.detections(), out, "seed " + seed);
      double[][] masks = CascadeReference.rows(out.get("mask_probs"), 28 * 28);
      double[][] expectedMasks = reference.masks(out);
      for (int i = 0; i < masks.length; i++) {
        assertArrayEquals(expectedMasks[i], masks[i], 1e-6, "seed " + seed + ", mask " + i);
      }
      compared += expected.detections().size();
    }
    assertTrue(compared > 20, "only " + compared + " objects were compared");
  }

  private static void assertDetections(
      List<CascadeReference.Detection> expected, Map<String, TensorData> out, String where) {
    assertEquals(expected.size(), out.get("count").longs()[0], where);
    double[][] boxes = CascadeReference.rows(out.get("boxes"), 4);
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i).box(), boxes[i], 1e-3, where);
      assertEquals(expected.get(i).score(), out.get("scores").floats()[i], 1e-5, where);
      assertEquals(expected.get(i).label(), out.get("labels").longs()[i], where);
    }
  }

  @Test
  void oneStageEqualsMaskRcnnWithTheSameWeights() {
    BoxHead boxes = boxes(false, false);
    MaskRcnn single =
        new MaskRcnn(
            CLASSES,
            PROPOSALS,
            RoiExtractor.defaults(),
            boxes,
            MASKS,
            TEST,
            ProposalLimits.ofTraining());
    Map<String, TensorData> image = RcnnImages.image(3, 1);
    Map<String, TensorData> expected =
        Runner.run(RcnnImages.trace(single, 1), image, Precision.FP32);
    Map<String, TensorData> results =
        Runner.run(
            RcnnImages.trace(cascade(boxes, List.of()), 1),
            image,
            Precision.FP32,
            name -> name.replace("box_head.0.", "box_head.").replace("mask_head.0.", "mask_head."));
    assertTrue(expected.get("scores").floats().length > 0);
    assertEquals(expected.keySet(), results.keySet());
    expected.forEach((name, data) -> assertEquals(data.bytes(), results.get(name).bytes(), name));
  }

  @Test
  void withoutMasksItFindsTheSameBoxes() {
    BoxHead boxes = boxes(true, false);
    CascadeRcnn plain = detector(boxes, PUBLISHED);
    Map<String, TensorData> image = RcnnImages.image(4, 1);
    Map<String, TensorData> masked =
        Runner.run(RcnnImages.trace(cascade(boxes, PUBLISHED), 1), image, Precision.FP32);
    Map<String, TensorData> results = Runner.run(RcnnImages.trace(plain, 1), image, Precision.FP32);
    assertTrue(results.get("scores").floats().length > 0);
    assertArrayEquals(masked.get("boxes").floats(), results.get("boxes").floats());
    assertArrayEquals(masked.get("scores").floats(), results.get("scores").floats());
    assertArrayEquals(masked.get("labels").longs(), results.get("labels").longs());
  }

  @Tag("slow")
  @Test
  void everyStageAffectsTheResult() {
    Map<String, TensorData> image = RcnnImages.image(5, 1);
    Graph graph = RcnnImages.trace(cascade(boxes(false, false), PUBLISHED), 1);
    float[] scores = Runner.run(graph, image, Precision.FP32).get("scores").floats();
    for (String stage : List.of("bbox_head.0", "bbox_head.1", "bbox_head.2")) {
      float[] other =
          Runner.run(graph, image, Precision.FP32, name -> name.replace(stage, "other"))
              .get("scores")
              .floats();
      assertFalse(Arrays.equals(scores, other), stage);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5})
  void countsOfDeviationsOtherThanFourAreRejected(int count) {
    List<List<Double>> stds = List.of(Collections.nCopies(count, 0.1));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> cascade(boxes(true, false), stds));
    assertEquals(
        "laterStds has "
            + stds.get(0)
            + ", expected four positive numbers for each stage after the first (x, y, width,"
            + " height)",
        e.getMessage());
  }

  @Test
  void deviationsThatAreNotPositiveAreRejected() {
    List<List<Double>> stds = List.of(List.of(0.1, 0.1, 0.0, 0.1));
    assertThrows(IllegalArgumentException.class, () -> cascade(boxes(true, false), stds));
  }
}
