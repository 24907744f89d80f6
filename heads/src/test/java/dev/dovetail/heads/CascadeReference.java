package dev.dovetail.heads;

import dev.dovetail.graph.TensorData;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The post-processing of mmdet's {@code CascadeRoIHead} for one image in double precision: {@code
 * _refine_roi}, {@code regress_by_class}, {@code delta2bbox}, {@code get_bboxes}, {@code
 * multiclass_nms}, {@code merge_aug_masks}.
 *
 * @param stds factors of each stage
 * @param scoreThreshold {@code score_thr}
 * @param iouThreshold {@code nms.iou_threshold}
 * @param most {@code max_per_img}
 */
record CascadeReference(
    int classes, List<double[]> stds, double scoreThreshold, double iouThreshold, int most) {

  /** An object: its box in original pixels, its score and its class. */
  record Detection(double[] box, double score, int label) {}

  /**
   * @param regions the input boxes of each stage
   */
  record Result(List<double[][]> regions, List<Detection> detections) {}

  /**
   * @param out proposals, {@code cls_score} and {@code bbox_pred} of each stage
   * @param limits width, height
   * @param scale ratio of the resized to the original size, for x1, y1, x2, y2
   */
  Result detect(Map<String, TensorData> out, double[] limits, float[] scale) {
    double[][] rois = rows(out.get("rpn_head.proposals"), 4);
    List<double[][]> regions = new ArrayList<>();
    double[][] sum = new double[rois.length][classes + 1];
    double[][] deltas = null;
    for (int stage = 0; stage < stds.size(); stage++) {
      regions.add(rois);
      String head = "roi_head.bbox_head." + stage;
      double[][] logits = rows(out.get(head + ".cls_score"), classes + 1);
      deltas =
          rows(out.get(head + ".bbox_pred"), out.get(head + ".bbox_pred").type().shape().dim(1));
      for (int i = 0; i < rois.length; i++) {
        for (int c = 0; c <= classes; c++) {
          sum[i][c] += logits[i][c];
        }
      }
      if (stage < stds.size() - 1) {
        double[][] refined = new double[rois.length][];
        for (int i = 0; i < rois.length; i++) {
          refined[i] = decode(rois[i], deltas[i], best(logits[i]), stds.get(stage), limits);
        }
        rois = refined;
      }
    }
    List<Detection> all = new ArrayList<>();
    for (int i = 0; i < rois.length; i++) {
      double[] scores = softmax(sum[i]);
      for (int c = 0; c < classes; c++) {
        double[] box = decode(rois[i], deltas[i], c, stds.get(stds.size() - 1), limits);
        for (int k = 0; k < 4; k++) {
          box[k] /= scale[k];
        }
        if (scores[c] > scoreThreshold) {
          all.add(new Detection(box, scores[c], c));
        }
      }
    }
    return new Result(regions, suppressed(all));
  }

  /** The mean over the stages of the sigmoid of the label's mask. */
  double[][] masks(Map<String, TensorData> out) {
    long[] labels = out.get("labels").longs();
    double[][] masks = null;
    for (int stage = 0; stage < stds.size(); stage++) {
      TensorData logits = out.get("roi_head.mask_head." + stage + ".mask_pred");
      int cells = logits.type().shape().dim(2) * logits.type().shape().dim(3);
      masks = masks == null ? new double[labels.length][cells] : masks;
      for (int i = 0; i < labels.length; i++) {
        for (int j = 0; j < cells; j++) {
          double x = logits.floats()[(i * classes + (int) labels[i]) * cells + j];
          masks[i][j] += 1 / (1 + Math.exp(-x)) / stds.size();
        }
      }
    }
    return masks;
  }

  private int best(double[] logits) {
    int best = 0;
    for (int c = 1; c < classes; c++) {
      best = logits[c] > logits[best] ? c : best;
    }
    return best;
  }

  private double[] softmax(double[] sum) {
    double[] scores = new double[sum.length];
    double total = 0;
    for (int c = 0; c < sum.length; c++) {
      scores[c] = Math.exp(sum[c] / stds.size());
      total += scores[c];
    }
    for (int c = 0; c < sum.length; c++) {
      scores[c] /= total;
    }
    return scores;
  }

  private static double[] decode(
      double[] roi, double[] deltas, int label, double[] stds, double[] limits) {
    int at = deltas.length == 4 ? 0 : 4 * label;
    double most = Math.abs(Math.log(16.0 / 1000));
    double[] box = new double[4];
    for (int axis = 0; axis < 2; axis++) {
      double size = roi[axis + 2] - roi[axis];
      double grown = Math.max(-most, Math.min(most, deltas[at + axis + 2] * stds[axis + 2]));
      double centre = (roi[axis] + roi[axis + 2]) / 2 + size * deltas[at + axis] * stds[axis];
      double half = size * Math.exp(grown) / 2;
      box[axis] = Math.max(0, Math.min(limits[axis], centre - half));
      box[axis + 2] = Math.max(0, Math.min(limits[axis], centre + half));
    }
    return box;
  }

  private List<Detection> suppressed(List<Detection> all) {
    List<Detection> left = new ArrayList<>(all);
    left.sort(Comparator.comparingDouble(d -> -d.score()));
    List<Detection> kept = new ArrayList<>();
    while (!left.isEmpty() && kept.size() < most) {
      Detection best = left.remove(0);
      kept.add(best);
      left.removeIf(d -> d.label() == best.label() && iou(d.box(), best.box()) > iouThreshold);
    }
    return kept;
  }

  private static double iou(double[] a, double[] b) {
    double w = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
    double h = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
    double common = Math.max(0, w) * Math.max(0, h);
    return common / (area(a) + area(b) - common);
  }

  private static double area(double[] box) {
    return (box[2] - box[0]) * (box[3] - box[1]);
  }

  static double[][] rows(TensorData data, int width) {
    float[] values = data.floats();
    double[][] rows = new double[values.length / width][width];
    for (int i = 0; i < values.length; i++) {
      rows[i / width][i % width] = values[i];
    }
    return rows;
  }
}
