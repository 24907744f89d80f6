package dev.dovetail.train;

import static dev.dovetail.train.ModelGradientsTest.compare;
import static dev.dovetail.train.ModelGradientsTest.fixture;
import static dev.dovetail.train.ModelGradientsTest.gradients;
import static dev.dovetail.train.ModelGradientsTest.names;
import static dev.dovetail.train.ModelGradientsTest.norm;
import static dev.dovetail.train.ModelGradientsTest.norms;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.graph.TensorData;
import dev.dovetail.train.FixtureModels.Detector;
import dev.dovetail.train.detection.AnchorTargets;
import dev.dovetail.train.detection.BoxSampler;
import dev.dovetail.train.detection.ImageObjects;
import dev.dovetail.train.detection.MaskRcnnTraining;
import dev.dovetail.train.detection.MaxIouAssigner;
import dev.dovetail.train.detection.RandomSampler;
import dev.dovetail.train.detection.RegionTargets;
import dev.dovetail.train.detection.Stage;
import dev.dovetail.train.engine.FloatType;
import dev.dovetail.train.engine.Masks;
import dev.dovetail.train.engine.Pass;
import dev.dovetail.train.engine.Tensors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Targets, losses and gradients of Mask R-CNN match the reference, index by index. */
class MaskRcnnGradientsTest {

  @ParameterizedTest
  @EnumSource
  void allPositivesAndNegativesAreSampled(FloatType type) throws IOException {
    TrainingFixture fixture = fixture("grad_maskrcnn");
    check(fixture, type, stage -> new RandomSampler(number(fixture, stage), share(fixture, stage)));
  }

  @ParameterizedTest
  @EnumSource
  void fixedSubsetsAreSampled(FloatType type) throws IOException {
    TrainingFixture fixture = fixture("grad_maskrcnn_sampled");
    Map<String, TensorData> chosen = fixture.inputs();
    check(
        fixture,
        type,
        stage ->
            (image, assigned, random) ->
                new BoxSampler.Sample(
                    ints(chosen.get(stage + ".pos" + image)),
                    ints(chosen.get(stage + ".neg" + image))));
  }

  private static int number(TrainingFixture fixture, String stage) {
    return fixture.config().at("/train_cfg/" + stage + "/num").asInt();
  }

  private static double share(TrainingFixture fixture, String stage) {
    return fixture.config().at("/train_cfg/" + stage + "/pos_fraction").asDouble();
  }

  private static void check(
      TrainingFixture fixture, FloatType type, Function<String, BoxSampler> samplers)
      throws IOException {
    TrainingFixture base = fixture.base();
    Map<String, TensorData> reference = fixture.outputs();
    try (Detector detector = FixtureModels.maskRcnn(base, type);
        PointerScope scope = new PointerScope()) {
      Map<String, Long> steps = detector.parameters().steps();
      steps.replaceAll((name, n) -> 7L);
      detector.parameters().setSteps(steps);
      MaskRcnnTraining training =
          new MaskRcnnTraining(
              detector.head(),
              new Stage(assigner(base, "rpn"), samplers.apply("rpn")),
              new Stage(assigner(base, "rcnn"), samplers.apply("rcnn")));
      MaskRcnnTraining.Step step =
          training.step(
              detector.executable(),
              detector.parameters(),
              Tensors.of(base.inputs().get("image"), type),
              objects(base),
              Pass.training(Masks.none()),
              0);
      step.losses().total().backward();
      Map<String, TensorData> got = targets(step);
      predictions(step, got);
      got.put("loss", Tensors.data(step.losses().total()));
      step.losses().terms().forEach((name, term) -> got.put(name, Tensors.data(term)));
      got.put("grad_norm", norm(detector.parameters()));
      gradients(detector.parameters(), "grad.", got);
      if (fixture.config().has("parameter_order")) {
        got.put("grad_norms", norms(fixture.config().get("parameter_order"), got));
      }
      detector.parameters().names().stream()
          .filter(n -> n.contains(".running_"))
          .forEach(n -> got.put("buffer." + n, Tensors.data(detector.parameters().value(n))));
      detector
          .parameters()
          .steps()
          .forEach((name, n) -> got.put("buffer." + name, TensorData.scalar((long) n)));
      Set<String> missing = new HashSet<>(reference.keySet());
      missing.removeAll(got.keySet());
      compareIndices(reference, got);
      compare(fixture, reference, got, type, names(base.config().get("zero_gradient")));
      missing.remove("mask_values"); // compared in DetectionTargetsTest
      assertEquals(Set.of(), missing);
    }
  }

  private static MaxIouAssigner assigner(TrainingFixture fixture, String stage) {
    JsonNode config = fixture.config().at("/train_cfg/" + stage);
    return new MaxIouAssigner(
        (float) config.get("pos_iou_thr").asDouble(),
        (float) config.get("neg_iou_thr").asDouble(),
        (float) config.get("min_pos_iou").asDouble(),
        config.get("match_low_quality").asBoolean());
  }

  private static List<ImageObjects> objects(TrainingFixture fixture) throws IOException {
    Map<String, TensorData> inputs = fixture.inputs();
    JsonNode images = fixture.config().get("images");
    List<ImageObjects> objects = new ArrayList<>();
    for (int b = 0; b < images.size(); b++) {
      objects.add(
          new ImageObjects(
              inputs.get("gt_boxes" + b),
              inputs.get("gt_labels" + b),
              inputs.get("gt_masks" + b),
              size(images.get(b).get("img_shape")),
              size(images.get(b).get("pad_shape"))));
    }
    return objects;
  }

  private static ImageObjects.Size size(JsonNode shape) {
    return new ImageObjects.Size(shape.get(0).asInt(), shape.get(1).asInt());
  }

  private static Map<String, TensorData> targets(MaskRcnnTraining.Step step) {
    Map<String, TensorData> got = new LinkedHashMap<>();
    List<double[]> rois = new ArrayList<>();
    List<double[]> maskRois = new ArrayList<>();
    List<double[]> deltas = new ArrayList<>();
    List<Long> labels = new ArrayList<>();
    List<Long> maskLabels = new ArrayList<>();
    List<Long> masks = new ArrayList<>();
    long divisor = 0;
    for (int b = 0; b < step.anchors().size(); b++) {
      AnchorTargets anchors = step.anchors().get(b);
      got.put("rpn.assigned" + b, longs(anchors.assigned()));
      got.put("rpn.pos" + b, longs(anchors.sample().positives()));
      got.put("rpn.targets" + b, anchors.deltas());
      divisor += Math.max(anchors.sample().positives().length, 1);
      divisor += Math.max(anchors.sample().negatives().length, 1);
      RegionTargets regions = step.regions().get(b);
      got.put("rcnn.assigned" + b, longs(regions.assigned()));
      got.put("rcnn.pos" + b, longs(regions.sample().positives()));
      int positives = regions.sample().positives().length;
      long[] label = regions.labels().longs();
      for (int i = 0; i < label.length; i++) {
        double[] roi = new double[5];
        roi[0] = b;
        System.arraycopy(regions.boxes().doubles(), 4 * i, roi, 1, 4);
        rois.add(roi);
        labels.add(label[i]);
        deltas.add(
            i < positives
                ? Arrays.copyOfRange(regions.deltas().doubles(), 4 * i, 4 * i + 4)
                : new double[4]);
        if (i < positives) {
          maskRois.add(roi);
          maskLabels.add(label[i]);
        }
      }
      for (float cell : regions.masks().floats()) {
        masks.add((long) cell);
      }
    }
    got.put("rpn.avg_factor", TensorData.scalar(divisor));
    got.put("rois", rows(rois, 5));
    got.put("mask_rois", rows(maskRois, 5));
    got.put("bbox_targets", rows(deltas, 4));
    got.put("labels", longs(labels));
    got.put("mask_labels", longs(maskLabels));
    got.put("mask_targets", longs(masks));
    return got;
  }

  private static void predictions(MaskRcnnTraining.Step step, Map<String, TensorData> got) {
    Map<String, Tensor> out = step.outputs();
    got.put("anchors", Tensors.data(out.get("anchors")));
    got.put("cls_score", Tensors.data(out.get("class_logits")));
    got.put("bbox_pred", Tensors.data(out.get("box_deltas")));
    out.forEach(
        (name, t) -> {
          if (name.contains(".") || name.endsWith("roi_levels")) {
            got.put(name, Tensors.data(t));
          }
        });
    long[] image = Tensors.data(out.get("proposal_images")).longs();
    int first = 0;
    for (int b = 0; b < step.regions().size(); b++) {
      int from = first;
      long id = b;
      int count = (int) Arrays.stream(image).filter(i -> i == id).count();
      for (String name : List.of("proposals", "proposal_scores", "proposal_levels")) {
        got.put(name + b, Tensors.data(out.get(name).narrow(0, from, count)));
      }
      first += count;
    }
    Tensor masks = out.get("mask_logits");
    long[] labels = got.get("mask_labels").longs();
    List<double[]> chosen = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      chosen.add(Tensors.data(masks.select(0, i).select(0, labels[i])).doubles());
    }
    int side = (int) masks.size(2);
    TensorData flat = rows(chosen, side * side);
    got.put("mask_logits", TensorData.of(flat.doubles(), labels.length, side, side));
  }

  /** Compares indices and counts element by element and removes them. */
  private static void compareIndices(
      Map<String, TensorData> reference, Map<String, TensorData> got) {
    reference.forEach(
        (name, expected) -> {
          if (!expected.type().dtype().isFloat() && got.containsKey(name)) {
            assertArrayEquals(whole(expected), whole(got.get(name)), name);
            got.remove(name);
          }
        });
  }

  private static long[] whole(TensorData data) {
    return switch (data.type().dtype()) {
      case UINT8 -> {
        byte[] bytes = new byte[data.bytes().remaining()];
        data.bytes().get(bytes);
        yield IntStream.range(0, bytes.length).mapToLong(i -> bytes[i]).toArray();
      }
      default -> data.longs();
    };
  }

  private static TensorData rows(List<double[]> rows, int width) {
    return TensorData.of(
        rows.stream().flatMapToDouble(Arrays::stream).toArray(), rows.size(), width);
  }

  private static TensorData longs(int... values) {
    return TensorData.of(Arrays.stream(values).asLongStream().toArray(), values.length);
  }

  private static TensorData longs(List<Long> values) {
    return TensorData.of(values.stream().mapToLong(Long::longValue).toArray(), values.size());
  }

  private static int[] ints(TensorData data) {
    return Arrays.stream(data.longs()).mapToInt(Math::toIntExact).toArray();
  }
}
