package dev.dovetail.heads;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.adapters.fpn.Fpn;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.Boxes;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.heads.boxes.AnchorGenerator;
import dev.dovetail.heads.boxes.BoxCoder;
import dev.dovetail.heads.maskrcnn.BoxHead;
import dev.dovetail.heads.maskrcnn.CascadeMaskRcnn;
import dev.dovetail.heads.maskrcnn.CascadeRcnn;
import dev.dovetail.heads.maskrcnn.MaskHead;
import dev.dovetail.heads.maskrcnn.MaskRcnn;
import dev.dovetail.heads.maskrcnn.ProposalLimits;
import dev.dovetail.heads.maskrcnn.RcnnInference;
import dev.dovetail.heads.maskrcnn.RoiExtractor;
import dev.dovetail.heads.maskrcnn.Rpn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MaskRcnnTest {

  private static final Rpn PROPOSALS = Rpn.of(AnchorGenerator.defaults(), 8);
  private static final RcnnInference TEST =
      RcnnInference.of(0.2f, 0.5f, 15, ProposalLimits.of(50, 60, 0.7f, 0));
  private static final BoxHead BOXES = BoxHead.of(7, 16, BoxCoder.withStds(0.1, 0.1, 0.2, 0.2));
  private static final MaskHead MASKS = MaskHead.of(14, 8, 2);

  private static MaskRcnn model(RcnnInference test) {
    return new MaskRcnn(
        3, PROPOSALS, RoiExtractor.defaults(), BOXES, MASKS, test, test.proposals());
  }

  private static Graph trace(int batch) {
    return RcnnImages.trace(model(TEST), batch);
  }

  /** Properties of detectors with one or several stages after the proposals. */
  private enum Stages {
    MASK_RCNN {
      @Override
      PyramidHead<Boxes> head(RcnnInference test) {
        return model(test);
      }
    },
    CASCADE {
      @Override
      PyramidHead<Boxes> head(RcnnInference test) {
        return new CascadeMaskRcnn(
            new CascadeRcnn(
                3,
                PROPOSALS,
                RoiExtractor.defaults(),
                BOXES,
                CascadeRcnn.defaults().laterStds(),
                test),
            MASKS);
      }
    };

    abstract PyramidHead<Boxes> head(RcnnInference test);
  }

  @ParameterizedTest
  @EnumSource
  void aBatchEqualsItsSingleImagesPaddedWithZeros(Stages stages) {
    Graph one = RcnnImages.trace(stages.head(TEST), 1);
    Graph three = RcnnImages.trace(stages.head(TEST), 3);
    boolean different = false;
    for (long seed = 0; seed < 12; seed += 3) {
      List<Map<String, TensorData>> images =
          List.of(
              RcnnImages.image(seed, 1),
              RcnnImages.image(seed + 1, 0.02f),
              RcnnImages.image(seed + 2, 3));
      Map<String, TensorData> joint = Runner.run(three, RcnnImages.batch(images), Precision.FP32);
      int most = joint.get("boxes").type().shape().dim(1);
      long[] counts = joint.get("count").longs();
      assertEquals(Arrays.stream(counts).max().getAsLong(), most, "seed " + seed);
      different |= Arrays.stream(counts).distinct().count() > 1;
      for (int i = 0; i < 3; i++) {
        Map<String, TensorData> alone = Runner.run(one, images.get(i), Precision.FP32);
        int n = alone.get("boxes").type().shape().dim(1);
        String where = "seed " + seed + ", image " + i;
        assertEquals(n, counts[i], where);
        for (String name : List.of("boxes", "scores", "mask_probs")) {
          float[] all = joint.get(name).floats();
          float[] expected = alone.get(name).floats();
          int row = all.length / 3 / most;
          float[] padded = Arrays.copyOf(expected, most * row);
          float[] got = Arrays.copyOfRange(all, i * most * row, (i + 1) * most * row);
          assertArrayEquals(padded, got, name.equals("boxes") ? 1e-3f : 1e-5f, where);
        }
        long[] labels = Arrays.copyOf(alone.get("labels").longs(), most);
        Arrays.fill(labels, n, most, -1);
        assertArrayEquals(
            labels,
            Arrays.copyOfRange(joint.get("labels").longs(), i * most, (i + 1) * most),
            where);
      }
    }
    assertTrue(different, "all images had the same number of objects: no padding was tested");
  }

  @Test
  void scoresDescendAndStayAboveTheThreshold() {
    Map<String, TensorData> results = Runner.run(trace(1), RcnnImages.image(5, 1), Precision.FP32);
    float[] scores = results.get("scores").floats();
    assertTrue(scores.length > 0);
    for (int i = 0; i < scores.length; i++) {
      assertTrue(scores[i] > 0.2f);
      assertTrue(i == 0 || scores[i - 1] >= scores[i]);
    }
  }

  @ParameterizedTest
  @EnumSource
  void noObjectGivesEmptyLists(Stages stages) {
    assertEmpty(stages.head(TEST.withScoreThreshold(1)));
  }

  @ParameterizedTest
  @EnumSource
  void noProposalGivesEmptyLists(Stages stages) {
    assertEmpty(stages.head(TEST.withProposals(TEST.proposals().withMinProposalSize(1e6f))));
  }

  private static Map<String, TensorData> twoImages() {
    return RcnnImages.batch(List.of(RcnnImages.image(1, 1), RcnnImages.image(2, 1)));
  }

  private static void assertEmpty(PyramidHead<Boxes> head) {
    Map<String, TensorData> results =
        Runner.run(RcnnImages.trace(head, 2), twoImages(), Precision.FP32);
    assertEquals(Shape.of(2, 0, 4), results.get("boxes").type().shape());
    assertEquals(Shape.of(2, 0), results.get("scores").type().shape());
    assertEquals(Shape.of(2, 0), results.get("labels").type().shape());
    assertEquals(Shape.of(2, 0, 28, 28), results.get("mask_probs").type().shape());
    assertArrayEquals(new long[] {0, 0}, results.get("count").longs());
  }

  @Test
  void halfPrecisionFindsTheSameStrongObjects() {
    Graph graph = trace(1);
    Map<String, TensorData> full = Runner.run(graph, RcnnImages.image(7, 1), Precision.FP32);
    Map<String, TensorData> half = Runner.run(graph, RcnnImages.image(7, 1), Precision.FP16);
    assertEquals(full.get("labels").longs()[0], half.get("labels").longs()[0]);
    assertEquals(full.get("scores").floats()[0], half.get("scores").floats()[0], 0.02f);
  }

  private static Graph published(int width) {
    Trace trace = new Trace();
    List<Tensor> maps = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      maps.add(trace.input("f" + i, DType.FLOAT32, 1, width, 64 >> i, 64 >> i));
    }
    FeaturePyramid features =
        Fpn.defaults().apply(trace.root().at("neck"), FeaturePyramid.from(4, maps));
    ImageBatch images = RcnnImages.images(trace, maps.get(0));
    Tensor boxes = MaskRcnn.defaults().predict(trace.root(), features, images).boxes();
    return trace.graph(Map.of("boxes", boxes));
  }

  @Test
  void keysAreThoseOfPublishedCheckpoints() throws IOException {
    PublishedKeys.assertExact(
        published(384), "mask_rcnn_vit_comer_small_det.tsv", "neck.", "rpn_head.", "roi_head.");
  }

  @ParameterizedTest
  @CsvSource({"192, 20101872", "384, 20298480", "768, 20691696", "1024, 20953840"})
  void hasTheParametersOfThePublishedModelsWithTheNeck(int width, long parameters) {
    assertEquals(parameters, PublishedKeys.count(published(width)));
  }

  @Test
  void aScoreThresholdCanBeReplaced() {
    Graph strict = RcnnImages.trace(model(TEST.withScoreThreshold(0.5f)), 1);
    for (float score :
        Runner.run(strict, RcnnImages.image(5, 1), Precision.FP32).get("scores").floats()) {
      assertTrue(score > 0.5f);
    }
  }

  @Test
  void invalidNumbersAreRejectedByName() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> ProposalLimits.of(0, 1000, 0.7f, 0));
    assertEquals("proposalsPerLevel is 0, expected a positive number", e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> TEST.withScoreThreshold(1.5f));
    assertThrows(
        IllegalArgumentException.class, () -> AnchorGenerator.ofScales(List.of(), List.of(1f)));
  }

  @Test
  void aPyramidWithTooFewLevelsIsRejected() {
    Trace trace = new Trace();
    Tensor map = trace.input("p", DType.FLOAT32, 1, 8, 32, 32);
    ImageBatch images = RcnnImages.images(trace, map);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> model(TEST).predict(trace.root(), FeaturePyramid.from(4, List.of(map)), images));
    assertEquals("regions are extracted from 4 levels, but the pyramid has only 1", e.getMessage());
  }
}
