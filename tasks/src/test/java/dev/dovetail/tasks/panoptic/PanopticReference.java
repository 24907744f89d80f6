package dev.dovetail.tasks.panoptic;

import static dev.dovetail.tasks.PlainMaps.cut;
import static dev.dovetail.tasks.PlainMaps.resize;

import dev.dovetail.formats.Size;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A straightforward reference of Mask2Former's {@code panoptic_inference} with its preceding steps
 * for one image: masks are resized to the network's input, cropped to the image and resized to the
 * original. Other options of the inference correspond to transformers' {@code compute_segments}.
 *
 * @param logits [queries][classes + 1]
 * @param masks [queries][height'][width'], logits
 * @param size size of the masks
 */
record PanopticReference(double[][] logits, double[][][] masks, PanopticInference inference) {

  /** A segment; its pixels have the value 1 + its index in the list. */
  record Segment(int label, double score, int area) {}

  /** The segments, and how often each rule applied. */
  record Result(int[][] ids, List<Segment> segments, int uncertain, int overlapped, int joined) {}

  Result run(Size padded, Size resized, Size original) {
    List<Integer> kept = new ArrayList<>();
    List<Double> scores = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int q = 0; q < logits.length; q++) {
      int best = 0;
      double sum = 0;
      for (int c = 0; c < logits[q].length; c++) {
        sum += Math.exp(logits[q][c]);
        best = logits[q][c] > logits[q][best] ? c : best;
      }
      double score = Math.exp(logits[q][best]) / sum;
      if (best < logits[q].length - 1 && score > inference.scoreThreshold()) {
        kept.add(q);
        scores.add(score);
        labels.add(best);
      }
    }
    List<double[][]> chances = new ArrayList<>();
    for (int q : kept) {
      double[][] seen = cut(resize(masks[q], padded), resized);
      chances.add(
          switch (inference.masks().at()) {
            case ORIGINAL -> sigmoid(resize(seen, original));
            case INPUT, NETWORK -> resize(sigmoid(seen), original);
            case FIXED -> resize(sigmoid(resize(seen, fixed())), original);
          });
    }
    int[][] winner = new int[original.height()][original.width()];
    for (int y = 0; y < original.height(); y++) {
      for (int x = 0; x < original.width(); x++) {
        int best = -1;
        for (int k = 0; k < kept.size(); k++) {
          if (best < 0
              || scores.get(k) * chances.get(k)[y][x]
                  > scores.get(best) * chances.get(best)[y][x]) {
            best = k;
          }
        }
        winner[y][x] = best;
      }
    }
    int overlapped = 0;
    int joined = 0;
    int[][] ids = new int[original.height()][original.width()];
    List<Segment> segments = new ArrayList<>();
    Map<Integer, Integer> stuff = new HashMap<>();
    for (int k = 0; k < kept.size(); k++) {
      int maskArea = 0;
      int originalArea = 0;
      int area = 0;
      for (int y = 0; y < original.height(); y++) {
        for (int x = 0; x < original.width(); x++) {
          boolean inside = inside(chances.get(k)[y][x], scores.get(k));
          maskArea += winner[y][x] == k ? 1 : 0;
          originalArea += inside ? 1 : 0;
          area += winner[y][x] == k && (inside || inference.wholeWins()) ? 1 : 0;
        }
      }
      if (maskArea == 0 || originalArea == 0 || area == 0) {
        continue;
      }
      if (inference.strictOverlap()
          ? !((float) maskArea / originalArea > inference.overlapThreshold())
          : (double) maskArea / originalArea < inference.overlapThreshold()) {
        overlapped++;
        continue;
      }
      int label = labels.get(k);
      Integer id = inference.stuff().contains(label) ? stuff.get(label) : null;
      if (id != null) {
        joined++;
        Segment before = segments.get(id - 1);
        segments.set(id - 1, new Segment(label, before.score(), before.area() + area));
      } else {
        segments.add(new Segment(label, scores.get(k), area));
        id = segments.size();
        stuff.put(label, id);
      }
      for (int y = 0; y < original.height(); y++) {
        for (int x = 0; x < original.width(); x++) {
          if (winner[y][x] == k
              && (inference.wholeWins() || inside(chances.get(k)[y][x], scores.get(k)))) {
            ids[y][x] = id;
          }
        }
      }
    }
    return new Result(ids, segments, logits.length - kept.size(), overlapped, joined);
  }

  private boolean inside(double chance, double score) {
    return (inference.weightedMasks() ? score * chance : chance) >= inference.maskThreshold();
  }

  private Size fixed() {
    return new Size(inference.masks().size().get(0), inference.masks().size().get(1));
  }

  private static double[][] sigmoid(double[][] x) {
    for (double[] row : x) {
      for (int i = 0; i < row.length; i++) {
        row[i] = 1 / (1 + Math.exp(-row[i]));
      }
    }
    return x;
  }
}
