package dev.dovetail.train.detection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.heads.boxes.AnchorGenerator;
import dev.dovetail.heads.boxes.BoxCoder;
import dev.dovetail.heads.maskrcnn.BoxHead;
import dev.dovetail.heads.maskrcnn.MaskHead;
import dev.dovetail.heads.maskrcnn.MaskRcnn;
import dev.dovetail.heads.maskrcnn.ProposalLimits;
import dev.dovetail.heads.maskrcnn.RcnnInference;
import dev.dovetail.heads.maskrcnn.RoiExtractor;
import dev.dovetail.heads.maskrcnn.Rpn;
import dev.dovetail.train.engine.Executable;
import dev.dovetail.train.engine.FloatType;
import dev.dovetail.train.engine.Masks;
import dev.dovetail.train.engine.Parameters;
import dev.dovetail.train.engine.Pass;
import dev.dovetail.train.engine.Tensors;
import dev.dovetail.train.optim.ParameterGroups;
import dev.dovetail.train.optim.Sgd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

/**
 * Training steps of a small detector: it learns objects, and images without objects have no cost.
 */
class MaskRcnnTrainingTest {

  private static final int SIDE = 64;
  private static final int CLASSES = 3;

  private static final MaskRcnn HEAD =
      new MaskRcnn(
          CLASSES,
          Rpn.of(AnchorGenerator.defaults(), 8),
          RoiExtractor.defaults(),
          BoxHead.of(7, 16, BoxCoder.withStds(0.1, 0.1, 0.2, 0.2)),
          MaskHead.of(14, 8, 1),
          RcnnInference.defaults(),
          ProposalLimits.of(100, 30, 0.7f, 0));

  /** A detector with the options of torchvision's models. */
  private static MaskRcnn torchvision() {
    MaskRcnn published = MaskRcnn.torchvision();
    BoxHead boxes = published.boxes();
    List<List<Float>> sizes = List.of(List.of(16f), List.of(32f), List.of(64f), List.of(128f));
    return new MaskRcnn(
        CLASSES,
        new Rpn(
            AnchorGenerator.ofSizes(sizes, List.of(0.5f, 1f, 2f)),
            8,
            2,
            published.proposals().coder(),
            published.proposals().ranking()),
        published.regions(),
        new BoxHead(7, 16, 2, boxes.convs(), boxes.coder(), false, boxes.background()),
        MaskHead.of(14, 8, 1),
        published.test(),
        ProposalLimits.of(100, 30, 0.7f, 0.001f));
  }

  private static Graph trace(int batch) {
    return trace(HEAD, batch);
  }

  /** A head on four convolutions of the image. */
  private static Graph trace(MaskRcnn head, int batch) {
    Trace trace = Trace.forTraining();
    Tensor image = trace.input("image", DType.FLOAT32, batch, 3, SIDE, SIDE);
    List<Tensor> maps = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Conv2d conv = Conv2d.patches(8, 4 << i);
      maps.add(conv.apply(trace.root().at("map" + i), image));
    }
    return trace.graph(
        head.predict(
                trace.root(),
                FeaturePyramid.from(4, maps),
                ImageBatch.ofInputs(trace.root(), image))
            .tensors());
  }

  /** Returns an object whose bitmap fills a box. */
  private static ImageObjects object(int label, int x1, int y1, int x2, int y2) {
    byte[] bits = new byte[SIDE * SIDE];
    for (int y = y1; y < y2; y++) {
      Arrays.fill(bits, y * SIDE + x1, y * SIDE + x2, (byte) 1);
    }
    ImageObjects.Size size = new ImageObjects.Size(SIDE, SIDE);
    return new ImageObjects(
        TensorData.of(new float[] {x1, y1, x2, y2}, 1, 4),
        TensorData.of(new long[] {label}, 1),
        TensorData.of(bits, 1, SIDE, SIDE),
        size,
        size);
  }

  private static ImageObjects nothing() {
    ImageObjects.Size size = new ImageObjects.Size(SIDE, SIDE);
    return new ImageObjects(
        TensorData.of(new float[0], 0, 4),
        TensorData.of(new long[0], 0),
        TensorData.of(new byte[0], 0, SIDE, SIDE),
        size,
        size);
  }

  private static TensorData noise(int batch) {
    Random random = new Random(3);
    float[] pixels = new float[batch * 3 * SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    return TensorData.of(pixels, batch, 3, SIDE, SIDE);
  }

  private static MaskRcnnTraining.Step step(
      MaskRcnnTraining training,
      Executable executable,
      Parameters parameters,
      List<ImageObjects> objects,
      long seed) {
    return training.step(
        executable,
        parameters,
        Tensors.of(noise(objects.size()), FloatType.FLOAT32),
        objects,
        Pass.training(Masks.none()),
        seed);
  }

  @Test
  void imagesWithoutObjectsTrainOnlyBackgroundWithoutNaN() {
    Graph graph = trace(2);
    try (Executable executable = Executable.of(graph, FloatType.FLOAT32);
        Parameters parameters = Parameters.initial(graph, FloatType.FLOAT32, 1);
        PointerScope scope = new PointerScope()) {
      MaskRcnnTraining.Step step =
          step(MaskRcnnTraining.of(HEAD), executable, parameters, List.of(nothing(), nothing()), 0);
      for (String zero : List.of("loss_rpn_bbox", "loss_bbox", "loss_mask")) {
        assertEquals(0, Tensors.value(step.losses().terms().get(zero)), zero);
      }
      for (String positive : List.of("loss_rpn_cls", "loss_cls")) {
        assertTrue(Tensors.value(step.losses().terms().get(positive)) > 0, positive);
      }
      step.losses().total().backward();
      for (String name : parameters.weights()) {
        TensorData gradient = Tensors.data(parameters.gradient(name).orElseThrow());
        assertEquals(0, gradient.oddities(), name);
      }
    }
  }

  @Test
  void theLossIsZeroIfNothingIsSampled() {
    Graph graph = trace(1);
    BoxSampler none = (image, assigned, random) -> new BoxSampler.Sample(new int[0], new int[0]);
    MaskRcnnTraining training =
        new MaskRcnnTraining(
            HEAD,
            new Stage(MaxIouAssigner.ofAnchors(), none),
            new Stage(MaxIouAssigner.ofProposals(), none));
    try (Executable executable = Executable.of(graph, FloatType.FLOAT32);
        Parameters parameters = Parameters.initial(graph, FloatType.FLOAT32, 1);
        PointerScope scope = new PointerScope()) {
      MaskRcnnTraining.Step step =
          step(training, executable, parameters, List.of(object(1, 8, 8, 40, 40)), 0);
      assertEquals(0, Tensors.value(step.losses().total()));
      step.losses().total().backward();
    }
  }

  @Test
  void samplesDependOnTheSeed() {
    Graph graph = trace(1);
    MaskRcnnTraining training =
        new MaskRcnnTraining(
            HEAD,
            new Stage(MaxIouAssigner.ofAnchors(), new RandomSampler(20, 0.5)),
            new Stage(MaxIouAssigner.ofProposals(), new RandomSampler(10, 0.25)));
    List<ImageObjects> objects = List.of(object(1, 8, 8, 40, 40));
    try (Executable executable = Executable.of(graph, FloatType.FLOAT32);
        Parameters parameters = Parameters.initial(graph, FloatType.FLOAT32, 1);
        PointerScope scope = new PointerScope()) {
      double[] losses =
          IntStream.of(5, 5, 6)
              .mapToDouble(
                  seed ->
                      Tensors.value(
                          step(training, executable, parameters, objects, seed).losses().total()))
              .toArray();
      assertEquals(losses[0], losses[1]);
      assertNotEquals(losses[0], losses[2]);
    }
  }

  @Test
  void objectsAreAlsoRegions() {
    Graph graph = trace(2);
    List<ImageObjects> objects = List.of(nothing(), object(2, 4, 4, 60, 60));
    try (Executable executable = Executable.of(graph, FloatType.FLOAT32);
        Parameters parameters = Parameters.initial(graph, FloatType.FLOAT32, 1);
        PointerScope scope = new PointerScope()) {
      List<RegionTargets> regions =
          step(MaskRcnnTraining.of(HEAD), executable, parameters, objects, 0).regions();
      assertEquals(0, regions.get(0).sample().positives().length);
      assertArrayEquals(new float[] {4, 4, 60, 60}, regions.get(1).boxes().row(0));
      assertArrayEquals(new float[4], regions.get(1).deltas().row(0));
      assertEquals(2, regions.get(1).labels().longs()[0]);
      assertEquals(CLASSES, regions.get(0).labels().longs()[0]);
      for (float cell : regions.get(1).masks().row(0)) {
        assertEquals(1, cell);
      }
    }
  }

  @Test
  void fortyStepsHalveTheLoss() {
    assertIsLearned(HEAD);
  }

  @Test
  void fortyStepsHalveTheLossWithTorchvisionsOptions() {
    assertIsLearned(torchvision());
  }

  @Test
  void fortyStepsHalveTheLossWithOneCorrectionForAllClasses() {
    assertIsLearned(
        new MaskRcnn(
            CLASSES,
            HEAD.proposals(),
            HEAD.regions(),
            HEAD.boxes().agnostic(),
            HEAD.masks(),
            HEAD.test(),
            HEAD.trainProposals()));
  }

  private static void assertIsLearned(MaskRcnn head) {
    Graph graph = trace(head, 2);
    List<ImageObjects> objects = List.of(object(0, 6, 10, 40, 38), object(2, 20, 16, 60, 50));
    try (Executable executable = Executable.of(graph, FloatType.FLOAT32);
        Parameters parameters = Parameters.initial(graph, FloatType.FLOAT32, 1);
        Sgd optimizer = new Sgd(ParameterGroups.one(0).of(parameters), 0.9, false)) {
      double first = Double.NaN;
      double last = Double.NaN;
      for (int i = 0; i < 40; i++) {
        try (PointerScope scope = new PointerScope()) {
          parameters.clearGradients();
          MaskRcnnTraining.Step step =
              step(MaskRcnnTraining.of(head), executable, parameters, objects, 0);
          step.losses().total().backward();
          optimizer.step(parameters, 0.02);
          last = Tensors.value(step.losses().total());
          first = i == 0 ? last : first;
        }
      }
      assertTrue(last < first / 2, "the loss went from " + first + " to " + last);
    }
  }

  @Test
  void objectsThatDoNotMatchTheBatchAreRejectedWithTheImage() {
    Graph graph = trace(1);
    try (Executable executable = Executable.of(graph, FloatType.FLOAT32);
        Parameters parameters = Parameters.initial(graph, FloatType.FLOAT32, 1);
        PointerScope scope = new PointerScope()) {
      MaskRcnnTraining training = MaskRcnnTraining.of(HEAD);
      String label =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> step(training, executable, parameters, List.of(object(3, 0, 0, 9, 9)), 0))
              .getMessage();
      assertEquals("an object of image 0 has the label 3, expected 0 to 2", label);
      org.bytedeco.pytorch.Tensor two = Tensors.of(noise(2), FloatType.FLOAT32);
      assertThrows(
          IllegalArgumentException.class,
          () ->
              training.step(
                  executable, parameters, two, List.of(nothing()), Pass.training(Masks.none()), 0));
      ImageObjects.Size large = new ImageObjects.Size(SIDE, 2 * SIDE);
      TensorData bits = TensorData.of(new byte[0], 0, SIDE, 2 * SIDE);
      ImageObjects wide =
          new ImageObjects(nothing().boxes(), nothing().labels(), bits, large, large);
      String size =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> step(training, executable, parameters, List.of(wide), 0))
              .getMessage();
      assertTrue(size.contains("image 0 is 64x128"), size);
    }
  }

  @Test
  void theInferenceGraphHasNoTrainingNodes() {
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, SIDE, SIDE);
    List<Tensor> maps = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      maps.add(trace.input("map" + i, DType.FLOAT32, 1, 8, SIDE / (4 << i), SIDE / (4 << i)));
    }
    Map<String, Tensor> outputs =
        HEAD.predict(
                trace.root(),
                FeaturePyramid.from(4, maps),
                ImageBatch.ofInputs(trace.root(), image))
            .tensors();
    assertFalse(outputs.containsKey("anchors"));
    assertFalse(trace.graph(outputs).inputs().containsKey("regions"));
  }
}
