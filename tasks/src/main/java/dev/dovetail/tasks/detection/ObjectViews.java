package dev.dovetail.tasks.detection;

import dev.dovetail.core.DType;
import dev.dovetail.formats.Detections;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.Boxes;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.MaskDrawer;
import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.ObjectPredictions;
import dev.dovetail.images.Preparation;
import dev.dovetail.images.Preprocess;
import dev.dovetail.tasks.Passes;
import dev.dovetail.tasks.PendingResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Detection in several views (mmdet's {@code DetTTAModel}, detectron2's {@code
 * GeneralizedRCNNWithTTA}). The first round finds boxes, which are merged by non-maximum
 * suppression in original pixels. In the second round, masks of the remaining boxes are predicted
 * in every view.
 */
record ObjectViews(DetectionTask task, ObjectAugmentation augmentation)
    implements Passes<ObjectPredictions, Detections> {

  static final String REGIONS = "regions";
  static final String REGION_IMAGES = "region_images";
  static final String REGION_LABELS = "region_labels";

  @Override
  public List<Preparation> views(Preprocess preprocess) {
    return augmentation.views().views(preprocess);
  }

  @Override
  public boolean fills(Preprocess preprocess) {
    return augmentation.views().fills(preprocess);
  }

  @Override
  public int rounds(Network<? extends ObjectPredictions> network) {
    return network.maskDrawer().isPresent() ? 2 : 1;
  }

  @Override
  public Map<String, Tensor> infer(
      int round, Scope root, Network<? extends ObjectPredictions> network, ImageBatch images) {
    if (round > 0) {
      return Map.of(DetectionTask.MASKS, masks(root, network.maskDrawer().orElseThrow(), images));
    }
    Boxes boxes = network.forward(root, images).boxes(root.at("postprocess"), images);
    if (boxes.imageMasks().isPresent()
        || (boxes.boxMasks().isPresent() && network.maskDrawer().isEmpty())) {
      throw new IllegalArgumentException(
          "'test.augment' is not supported: this network cannot predict masks of merged boxes");
    }
    Map<String, Tensor> outputs = new LinkedHashMap<>(boxes.tensors());
    outputs.remove(DetectionTask.MASKS);
    return outputs;
  }

  private static Tensor masks(Scope root, MaskDrawer drawer, ImageBatch images) {
    Trace trace = root.trace();
    return drawer.draw(
        root,
        images,
        new MaskDrawer.Objects(
            trace.input(REGIONS, DType.FLOAT32, Shape.UNKNOWN, 4),
            trace.input(REGION_IMAGES, DType.INT64, Shape.UNKNOWN),
            trace.input(REGION_LABELS, DType.INT64, Shape.UNKNOWN)));
  }

  @Override
  public PendingResult<Detections> begin(Size original) {
    return new MergedObjects(
        task,
        new BoxSuppression(augmentation.iouThreshold(), augmentation.maxDetections()),
        original);
  }
}
