package dev.dovetail.eval.cityscapes;

import dev.dovetail.formats.cityscapes.CityscapesLabel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * AP computed like {@code evalInstanceLevelSemanticLabeling.py} in cityscapesScripts, step by step
 * and with plain arrays, as a reference for the evaluator.
 */
final class ScriptInstances {

  /** {@code args.minRegionSizes[0]}. */
  private static final int MIN_REGION_SIZE = 100;

  /** An image: its instance map and its detections. */
  record Picture(int[] instances, List<Found> found) {}

  /** A mask of the same pixels. */
  record Found(boolean[] mask, int label, double score) {
    int pixels() {
      int n = 0;
      for (boolean set : mask) {
        n += set ? 1 : 0;
      }
      return n;
    }
  }

  private record True(int id, int pixels) {}

  private ScriptInstances() {}

  /** {@code np.arange(0.5, 1., 0.05)}. */
  static double[] overlaps() {
    double[] values = new double[10];
    values[0] = 0.5;
    values[1] = 0.5 + 0.05;
    for (int i = 2; i < values.length; i++) {
      values[i] = values[0] + i * (values[1] - values[0]);
    }
    return values;
  }

  /** {@code evaluateMatches} for one label and one overlap; NaN without ground truth. */
  static double ap(List<Picture> pictures, int label, double overlapTh) {
    List<Integer> yTrue = new ArrayList<>();
    List<Double> yScore = new ArrayList<>();
    int hardFns = 0;
    boolean haveGt = false;
    boolean havePred = false;
    for (Picture picture : pictures) {
      List<True> all = truths(picture.instances, label);
      List<Found> found =
          picture.found.stream().filter(f -> f.label == label && f.pixels() > 0).toList();
      List<True> counted =
          all.stream().filter(t -> t.id >= 1000 && t.pixels >= MIN_REGION_SIZE).toList();
      haveGt |= !counted.isEmpty();
      havePred |= !found.isEmpty();
      for (True gt : counted) {
        boolean matched = false;
        double score = Double.NEGATIVE_INFINITY;
        for (Found pred : found) {
          int common = common(picture.instances, gt.id, pred);
          double overlap = (double) common / (gt.pixels + pred.pixels() - common);
          if (common > 0 && overlap > overlapTh) {
            if (matched) {
              yTrue.add(0);
              yScore.add(Math.min(score, pred.score));
              score = Math.max(score, pred.score);
            } else {
              matched = true;
              score = pred.score;
            }
          }
        }
        if (matched) {
          yTrue.add(1);
          yScore.add(score);
        } else {
          hardFns++;
        }
      }
      for (Found pred : found) {
        boolean foundGt = false;
        int ignored = voidPixels(picture.instances, pred);
        for (True gt : all) {
          int common = common(picture.instances, gt.id, pred);
          foundGt |= (double) common / (gt.pixels + pred.pixels() - common) > overlapTh;
          ignored += gt.id < 1000 ? common : 0;
          ignored += gt.pixels < MIN_REGION_SIZE ? common : 0;
        }
        if (!foundGt && (double) ignored / pred.pixels() <= overlapTh) {
          yTrue.add(0);
          yScore.add(pred.score);
        }
      }
    }
    if (!haveGt) {
      return Double.NaN;
    }
    return havePred ? area(yTrue, yScore, hardFns) : 0;
  }

  private static double area(List<Integer> yTrue, List<Double> yScore, int hardFns) {
    double[] unique = yScore.stream().mapToDouble(s -> s).sorted().distinct().toArray();
    int n = unique.length;
    if (n == 0) {
      return 0; // the script fails
    }
    double[] precision = new double[n + 1];
    double[] recall = new double[n + 1];
    for (int u = 0; u < n; u++) {
      int tp = 0;
      int examples = 0;
      int below = 0;
      for (int i = 0; i < yTrue.size(); i++) {
        boolean counts = yScore.get(i) >= unique[u];
        examples += counts ? 1 : 0;
        tp += counts ? yTrue.get(i) : 0;
        below += counts ? 0 : yTrue.get(i);
      }
      precision[u] = (double) tp / examples;
      recall[u] = (double) tp / (tp + below + hardFns);
    }
    precision[n] = precision[n - 1];
    double[] forConv = new double[n + 3];
    forConv[0] = recall[0];
    System.arraycopy(recall, 0, forConv, 1, n + 1);
    double ap = 0;
    for (int i = 0; i <= n; i++) {
      ap += precision[i] * (0.5 * forConv[i] - 0.5 * forConv[i + 2]);
    }
    return ap;
  }

  private static List<True> truths(int[] instances, int label) {
    List<True> truths = new ArrayList<>();
    for (int id : new TreeSet<>(Arrays.stream(instances).boxed().toList())) {
      if ((id < 1000 ? id : id / 1000) == label) {
        truths.add(new True(id, (int) Arrays.stream(instances).filter(v -> v == id).count()));
      }
    }
    return truths;
  }

  private static int common(int[] instances, int id, Found pred) {
    int n = 0;
    for (int i = 0; i < instances.length; i++) {
      n += pred.mask[i] && instances[i] == id ? 1 : 0;
    }
    return n;
  }

  private static int voidPixels(int[] instances, Found pred) {
    int n = 0;
    for (int i = 0; i < instances.length; i++) {
      boolean isVoid =
          instances[i] < CityscapesLabel.ALL.size()
              && CityscapesLabel.ALL.get(instances[i]).isIgnored();
      n += pred.mask[i] && isVoid ? 1 : 0;
    }
    return n;
  }
}
