package dev.dovetail.train.detection;

import dev.dovetail.graph.TensorData;
import dev.dovetail.train.engine.FloatType;
import dev.dovetail.train.engine.Tensors;
import dev.dovetail.train.loss.CrossEntropy;
import dev.dovetail.train.loss.ElementLosses;
import dev.dovetail.train.loss.Losses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The five terms of Mask R-CNN's loss over a batch (mmdet's {@code RPNHead}, {@code BBoxHead} and
 * {@code FCNMaskHead}): {@code loss_rpn_cls}, {@code loss_rpn_bbox}, {@code loss_cls}, {@code
 * loss_bbox}, {@code loss_mask}. A term without contributions is 0.
 *
 * @param type the type of the targets
 */
record MaskRcnnLoss(FloatType type) {

  private static final CrossEntropy CLASSES = new CrossEntropy(0, -100, CrossEntropy.Divisor.ALL);

  /**
   * Computes the loss of a step.
   *
   * @param out the outputs of {@link dev.dovetail.graph.network.RegionPredictions}
   */
  Losses of(Map<String, Tensor> out, List<AnchorTargets> anchors, List<RegionTargets> regions) {
    Map<String, Tensor> terms = new LinkedHashMap<>();
    addAnchors(terms, out, anchors);
    addRegions(terms, out, regions);
    Tensor total = null;
    for (Tensor term : terms.values()) {
      total = total == null ? term : total.add(term);
    }
    return new Losses(terms, total);
  }

  private void addAnchors(
      Map<String, Tensor> terms, Map<String, Tensor> out, List<AnchorTargets> anchors) {
    Tensor logits = out.get("anchor_logits");
    long each = logits.size(1);
    double divisor = anchors.stream().mapToInt(AnchorTargets::divisor).sum();
    LongStream.Builder positives = LongStream.builder();
    LongStream.Builder negatives = LongStream.builder();
    for (int b = 0; b < anchors.size(); b++) {
      long first = b * each;
      Arrays.stream(anchors.get(b).sample().positives()).forEach(i -> positives.add(first + i));
      Arrays.stream(anchors.get(b).sample().negatives()).forEach(i -> negatives.add(first + i));
    }
    long[] objects = positives.build().toArray();
    long[] chosen = LongStream.concat(Arrays.stream(objects), negatives.build()).toArray();
    float[] labels = new float[chosen.length];
    Arrays.fill(labels, 0, objects.length, 1);
    terms.put(
        "loss_rpn_cls",
        ElementLosses.binaryCrossEntropy(
            rows(logits.reshape(-1), chosen),
            Tensors.of(TensorData.of(labels, labels.length), type),
            divisor));
    terms.put(
        "loss_rpn_bbox",
        ElementLosses.absolute(
            rows(out.get("anchor_deltas").reshape(-1, 4), objects),
            together(anchors.stream().map(AnchorTargets::deltas).toList()),
            divisor));
  }

  private void addRegions(
      Map<String, Tensor> terms, Map<String, Tensor> out, List<RegionTargets> regions) {
    Tensor logits = out.get("class_logits");
    long classes = logits.size(1) - 1;
    Tensor deltas = out.get("box_deltas");
    boolean classAgnostic = deltas.size(1) == 4;
    Tensor labels = together(regions.stream().map(RegionTargets::labels).toList());
    LongStream.Builder boxes = LongStream.builder();
    LongStream.Builder masks = LongStream.builder();
    long region = 0;
    long object = 0;
    for (RegionTargets of : regions) {
      long[] label = of.labels().longs();
      for (int i = 0; i < of.positives(); i++) {
        boxes.add(classAgnostic ? region + i : (region + i) * classes + label[i]);
        masks.add(object++ * classes + label[i]);
      }
      region += of.count();
    }
    Tensor maskLogits = out.get("mask_logits");
    long[] sides = {maskLogits.size(2), maskLogits.size(3)};
    terms.put("loss_cls", CLASSES.of(logits, labels));
    terms.put(
        "loss_bbox",
        ElementLosses.absolute(
            rows(deltas.reshape(-1, 4), boxes.build().toArray()),
            together(regions.stream().map(RegionTargets::deltas).toList()),
            Math.max(region, 1)));
    terms.put(
        "loss_mask",
        ElementLosses.binaryCrossEntropy(
            rows(maskLogits.flatten(0, 1), masks.build().toArray()),
            together(regions.stream().map(RegionTargets::masks).toList()),
            Math.max(object, 1) * sides[0] * sides[1]));
  }

  private static Tensor rows(Tensor x, long... rows) {
    return torch.index_select(
        x, 0, Tensors.of(TensorData.of(rows, rows.length), FloatType.FLOAT32));
  }

  /** Concatenates arrays of the images. */
  private Tensor together(List<TensorData> parts) {
    List<Tensor> tensors = new ArrayList<>();
    parts.forEach(p -> tensors.add(Tensors.of(p, type)));
    return torch.cat(new TensorVector(tensors.toArray(Tensor[]::new)), 0);
  }
}
