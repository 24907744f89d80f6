package dev.dovetail.train.detection;

import dev.dovetail.graph.TensorData;
import dev.dovetail.heads.maskrcnn.MaskRcnn;
import dev.dovetail.train.engine.Executable;
import dev.dovetail.train.engine.FloatType;
import dev.dovetail.train.engine.Parameters;
import dev.dovetail.train.engine.Pass;
import dev.dovetail.train.engine.Tensors;
import dev.dovetail.train.loss.Losses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;

/**
 * The forward pass of a training step of Mask R-CNN. The graph computes predictions for anchors and
 * proposals, the host assigns and samples them, and the graph continues with the sampled regions.
 * No gradient flows through the host's computations.
 *
 * @param head the head of the network. The graph must be traced for training from this network,
 *     with the images as input {@code image} and the image sizes as input {@code img_shape}
 * @param anchors how the first stage selects training anchors
 * @param proposals how the second stage selects training proposals
 */
public record MaskRcnnTraining(MaskRcnn head, Stage anchors, Stage proposals) {

  /**
   * {@return the training of the published models}
   *
   * @param head the head of the network
   */
  public static MaskRcnnTraining of(MaskRcnn head) {
    return new MaskRcnnTraining(head, Stage.ofAnchors(), Stage.ofProposals());
  }

  /**
   * The result of a step. The caller's {@link org.bytedeco.javacpp.PointerScope} owns its tensors.
   *
   * @param losses the five terms, each with weight 1
   * @param anchors the targets of the anchors of each image
   * @param regions the targets of the regions of each image
   * @param outputs the outputs of the graph
   */
  public record Step(
      Losses losses,
      List<AnchorTargets> anchors,
      List<RegionTargets> regions,
      Map<String, Tensor> outputs) {}

  /**
   * Runs the graph and computes the loss, from which the caller starts the backward pass.
   *
   * @param executable runs the graph
   * @param parameters the parameters of the network
   * @param images the graph's input {@code image}: normalized float [batch, 3, height, width], or
   *     8-bit [batch, height, width, 3]
   * @param objects the objects of each image
   * @param pass the mode of this run
   * @param seed the seed for sampling; the same seed produces the same sample
   * @return losses and targets
   * @throws IllegalArgumentException if the batch has another number of images, an image is larger
   *     than the batch, or a label is out of range
   */
  public Step step(
      Executable executable,
      Parameters parameters,
      Tensor images,
      List<ImageObjects> objects,
      Pass pass,
      long seed) {
    require(images, objects);
    FloatType type = parameters.type();
    RandomGenerator random = new SplittableRandom(seed);
    List<AnchorTargets> anchorTargets = new ArrayList<>();
    List<RegionTargets> regionTargets = new ArrayList<>();
    Map<String, Tensor> inputs =
        Map.of("image", images, "img_shape", Tensors.of(sizes(objects), type));
    Map<String, Tensor> outputs =
        executable.run(
            parameters,
            inputs,
            pass,
            known -> {
              anchorTargets.addAll(anchorTargets(known, objects, random));
              regionTargets.addAll(regionTargets(known, objects, random));
              return regionInputs(regionTargets, type);
            });
    Losses losses = new MaskRcnnLoss(type).of(outputs, anchorTargets, regionTargets);
    return new Step(losses, List.copyOf(anchorTargets), List.copyOf(regionTargets), outputs);
  }

  private void require(Tensor images, List<ImageObjects> objects) {
    if (images.size(0) != objects.size()) {
      throw new IllegalArgumentException(
          "the batch has " + images.size(0) + " images, and objects of " + objects.size());
    }
    boolean bytes = !images.is_floating_point();
    long height = images.size(bytes ? 1 : 2);
    long width = images.size(bytes ? 2 : 3);
    for (int b = 0; b < objects.size(); b++) {
      ImageObjects of = objects.get(b);
      if (of.padded().height() > height || of.padded().width() > width) {
        throw new IllegalArgumentException(
            "image " + b + " is " + of.padded() + ", but the batch only " + height + "x" + width);
      }
      for (long label : of.labels().longs()) {
        if (label < 0 || label >= head.classes()) {
          throw new IllegalArgumentException(
              "an object of image "
                  + b
                  + " has the label "
                  + label
                  + ", expected 0 to "
                  + (head.classes() - 1));
        }
      }
    }
  }

  private static TensorData sizes(List<ImageObjects> objects) {
    long[] sizes =
        objects.stream()
            .flatMapToLong(o -> LongStream.of(o.size().height(), o.size().width()))
            .toArray();
    return TensorData.of(sizes, objects.size(), 2);
  }

  private List<AnchorTargets> anchorTargets(
      Map<String, Tensor> known, List<ImageObjects> objects, RandomGenerator random) {
    TensorData boxes = Tensors.data(known.get("anchors"));
    List<AnchorTargets> targets = new ArrayList<>();
    for (int b = 0; b < objects.size(); b++) {
      targets.add(
          AnchorTargets.of(b, boxes, objects.get(b), anchors, head.proposals().coder(), random));
    }
    return targets;
  }

  private List<RegionTargets> regionTargets(
      Map<String, Tensor> known, List<ImageObjects> objects, RandomGenerator random) {
    double[] boxes = Tensors.data(known.get("proposals")).doubles();
    long[] image = Tensors.data(known.get("proposal_images")).longs();
    RegionTargets.Settings settings =
        new RegionTargets.Settings(
            proposals,
            head.boxes().coder(),
            head.classes(),
            new MaskTargets(2 * head.masks().size()));
    List<RegionTargets> targets = new ArrayList<>();
    for (int b = 0; b < objects.size(); b++) {
      int of = b;
      double[] own =
          IntStream.range(0, image.length)
              .filter(i -> image[i] == of)
              .boxed()
              .flatMapToDouble(i -> Arrays.stream(Deltas.row(boxes, i)))
              .toArray();
      targets.add(RegionTargets.of(b, own, objects.get(b), settings, random));
    }
    return targets;
  }

  /** Concatenates the regions of all images, and those that are assigned to an object. */
  private static Map<String, Tensor> regionInputs(List<RegionTargets> targets, FloatType type) {
    List<Integer> counts = targets.stream().map(RegionTargets::count).toList();
    List<Integer> positives = targets.stream().map(RegionTargets::positives).toList();
    return Map.of(
        "regions", Tensors.of(first(targets, counts), type),
        "region_images", Tensors.of(images(counts), type),
        "mask_regions", Tensors.of(first(targets, positives), type),
        "mask_region_images", Tensors.of(images(positives), type));
  }

  private static TensorData first(List<RegionTargets> targets, List<Integer> counts) {
    double[] boxes =
        IntStream.range(0, targets.size())
            .boxed()
            .flatMapToDouble(
                b -> Arrays.stream(targets.get(b).boxes().doubles()).limit(4L * counts.get(b)))
            .toArray();
    return TensorData.of(boxes, boxes.length / 4, 4);
  }

  private static TensorData images(List<Integer> counts) {
    long[] images =
        IntStream.range(0, counts.size())
            .boxed()
            .flatMapToLong(b -> LongStream.generate(() -> b).limit(counts.get(b)))
            .toArray();
    return TensorData.of(images, images.length);
  }
}
