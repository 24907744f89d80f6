package dev.dovetail.heads.maskrcnn;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.Boxes;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.MaskDrawer;
import dev.dovetail.heads.boxes.BoxCoder;
import dev.dovetail.heads.boxes.ObjectList;
import dev.dovetail.heads.boxes.PadToBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A sequence of box heads, each of which refines the boxes of the previous one (Cai and Vasconcelos
 * 2018), as in mmdet's {@code CascadeRoIHead}. There is no suppression between them. The last head
 * refines boxes for every class; scores are computed from the mean of all logits.
 *
 * @param first the proposals and the first box head
 * @param coders the encoding of boxes of each box head
 */
record Cascade(TwoStages first, List<BoxCoder> coders) {

  /**
   * @param laterStds factors of the deltas of the box heads after the first
   */
  static Cascade of(TwoStages first, List<List<Double>> laterStds) {
    BoxCoder coder = first.boxes().coder();
    List<BoxCoder> coders = new ArrayList<>(List.of(coder));
    for (List<Double> stds : laterStds) {
      coders.add(new BoxCoder(coder.means(), stds, coder.limitsShrinking()));
    }
    return new Cascade(first, coders);
  }

  /**
   * Returns a copy of the factors.
   *
   * @throws IllegalArgumentException if a stage does not have four positive factors
   */
  static List<List<Double>> checked(List<List<Double>> laterStds) {
    for (List<Double> stds : laterStds) {
      if (stds.size() != 4 || stds.stream().anyMatch(v -> !(v > 0))) {
        throw new IllegalArgumentException(
            "laterStds has "
                + stds
                + ", expected four positive numbers for each stage after the first (x, y, width,"
                + " height)");
      }
    }
    return laterStds.stream().map(List::copyOf).toList();
  }

  /** Returns the published factors, which decrease from stage to stage. */
  static List<List<Double>> publishedStds() {
    return List.of(List.of(0.05, 0.05, 0.1, 0.1), List.of(0.033, 0.033, 0.067, 0.067));
  }

  /**
   * Computes the objects, with masks if there are mask heads, of which each box head has one.
   *
   * @throws IllegalArgumentException if the maps have different widths
   */
  Boxes predict(Scope root, FeaturePyramid features, ImageBatch images, Optional<MaskHead> masks) {
    Tensor limits = root.float32(() -> BoxCoder.limits(root, images.shape()));
    ProposalLimits most = first.test().proposals();
    Proposals proposed = first.propose(root, features, images, limits, most).proposals();
    Scope roi = root.at("roi_head");
    return roi.run(
        () -> {
          ObjectList objects = objects(roi, features, proposed, limits, images.scaleFactor());
          Optional<Tensor> drawn =
              masks.map(
                  head -> {
                    Tensor boxes = roi.float32(() -> objects.regions(images.scaleFactor()));
                    Proposals regions = new Proposals(boxes, objects.image());
                    return draw(roi, head, features, regions, objects.labels());
                  });
          return roi.float32(
              () -> PadToBatch.of(roi, objects.image(), limits.dim(0)).boxes(objects, drawn));
        });
  }

  /** Predicts the masks of known objects. */
  Tensor draw(Scope root, FeaturePyramid features, MaskHead head, MaskDrawer.Objects objects) {
    Scope roi = root.at("roi_head");
    Proposals known = new Proposals(objects.boxes(), objects.image());
    return roi.run(() -> draw(roi, head, features, known, objects.labels()));
  }

  private ObjectList objects(
      Scope s, FeaturePyramid features, Proposals proposed, Tensor limits, Tensor scaleFactor) {
    Scope heads = s.at("bbox_head");
    List<Tensor> logits = new ArrayList<>();
    Proposals regions = proposed;
    for (int i = 0; ; i++) {
      BoxHead head = first.boxes().with(coders.get(i));
      Tensor pooled = first.pool(s, "roi" + i, features, regions, head.size());
      BoxHead.Prediction prediction = head.predict(heads.at(i), pooled, first.classes());
      logits.add(prediction.logits());
      if (i == coders.size() - 1) {
        Tensor mean = s.float32(() -> mean(logits));
        return head.decode(
            heads.at(i),
            new BoxHead.Prediction(mean, prediction.deltas()),
            regions,
            limits,
            scaleFactor,
            first.test());
      }
      regions = head.refine(heads.at(i), prediction, regions, limits);
      s.tap("regions" + (i + 1), regions.boxes());
    }
  }

  /** Averages the probabilities of all mask heads for the same regions. */
  private Tensor draw(
      Scope s, MaskHead head, FeaturePyramid features, Proposals regions, Tensor labels) {
    Tensor pooled = first.pool(s, "mask_roi", features, regions, head.size());
    Scope heads = s.at("mask_head");
    List<Tensor> each = new ArrayList<>();
    for (int i = 0; i < coders.size(); i++) {
      Tensor probabilities =
          head.probabilities(
              heads.at(i), pooled, labels, first.classes(), first.boxes().background());
      each.add(heads.finite("probabilities" + i, probabilities));
    }
    return s.finite("mask_head", s.float32(() -> mean(each)));
  }

  private static Tensor mean(List<Tensor> all) {
    return all.stream().reduce(Tensor::plus).orElseThrow().div(all.size());
  }
}
