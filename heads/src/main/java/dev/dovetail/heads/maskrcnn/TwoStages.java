package dev.dovetail.heads.maskrcnn;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.heads.boxes.BoxCoder;
import dev.dovetail.heads.boxes.ObjectList;
import java.util.List;

/** The common stages of Faster, Mask and Cascade R-CNN: proposals and the objects among them. */
record TwoStages(
    int classes, Rpn proposals, RoiExtractor regions, BoxHead boxes, RcnnInference test) {

  /**
   * Runs the first stage, in {@code rpn_head}.
   *
   * @param limits the result of {@link BoxCoder#limits}
   * @throws IllegalArgumentException if the maps have different widths
   */
  Rpn.Prediction propose(
      Scope root, FeaturePyramid features, ImageBatch images, Tensor limits, ProposalLimits most) {
    List<Integer> widths = features.maps().stream().map(m -> m.dim(1)).toList();
    if (widths.stream().distinct().count() > 1) {
      throw new IllegalArgumentException(
          "Faster, Mask and Cascade R-CNN need maps of the same width, but these have "
              + widths
              + " channels; add a neck such as 'fpn'");
    }
    return proposals.propose(root.at("rpn_head"), features, images.pixels(), limits, most);
  }

  /** Runs the second stage. */
  ObjectList objects(
      Scope s, FeaturePyramid features, Proposals proposed, Tensor limits, Tensor scaleFactor) {
    return boxes.decode(
        s.at("bbox_head"), predict(s, features, proposed), proposed, limits, scaleFactor, test);
  }

  /** Computes the predictions of the second stage for regions. */
  BoxHead.Prediction predict(Scope s, FeaturePyramid features, Proposals of) {
    return boxes.predict(s.at("bbox_head"), pool(s, "roi", features, of, boxes.size()), classes);
  }

  /** Extracts the features of regions. Taps are {@code NAME_levels} and {@code NAME_feats}. */
  Tensor pool(Scope s, String name, FeaturePyramid features, Proposals of, int size) {
    Tensor level = s.tap(name + "_levels", s.float32(() -> regions.level(of.boxes())));
    return s.tap(name + "_feats", regions.extract(s, features, of, level, size));
  }
}
