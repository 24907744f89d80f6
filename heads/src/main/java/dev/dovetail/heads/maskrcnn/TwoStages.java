package dev.dovetail.heads.maskrcnn;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.heads.boxes.BoxCoder;
import dev.dovetail.heads.boxes.ObjectList;
import java.util.List;

/** Proposals, and the objects among them: what Faster, Mask and Cascade R-CNN have in common. */
record TwoStages(
    int classes, Rpn proposals, RoiExtractor regions, BoxHead boxes, RcnnInference test) {

  /**
   * The first stage, in {@code rpn_head}.
   *
   * @param limits as {@link BoxCoder#limits} gives them
   * @throws IllegalArgumentException if the maps have different widths
   */
  Rpn.Prediction propose(
      Scope root, FeaturePyramid features, ImageBatch images, Tensor limits, ProposalLimits most) {
    List<Integer> widths = features.maps().stream().map(m -> m.dim(1)).toList();
    if (widths.stream().distinct().count() > 1) {
      throw new IllegalArgumentException(
          "Faster, Mask and Cascade R-CNN need maps of one width, and these have "
              + widths
              + " channels; put a neck such as 'fpn' in front of it");
    }
    return proposals.propose(root.at("rpn_head"), features, images.pixels(), limits, most);
  }

  /** The second stage. */
  ObjectList objects(
      Scope s, FeaturePyramid features, Proposals proposed, Tensor limits, Tensor scaleFactor) {
    return boxes.decode(
        s.at("bbox_head"), predict(s, features, proposed), proposed, limits, scaleFactor, test);
  }

  /** What the second stage predicts for regions. */
  BoxHead.Prediction predict(Scope s, FeaturePyramid features, Proposals of) {
    return boxes.predict(s.at("bbox_head"), pool(s, "roi", features, of, boxes.size()), classes);
  }

  /** The features of regions; taps {@code NAME_levels} and {@code NAME_feats}. */
  Tensor pool(Scope s, String name, FeaturePyramid features, Proposals of, int size) {
    Tensor level = s.tap(name + "_levels", s.float32(() -> regions.level(of.boxes())));
    return s.tap(name + "_feats", regions.extract(s, features, of, level, size));
  }
}
