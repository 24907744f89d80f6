package dev.dovetail.tasks.segmentation;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.graph.TensorData;
import dev.dovetail.images.Geometry;
import dev.dovetail.tasks.PendingResult;
import java.util.Map;

/** The scores of every class and pixel, averaged over views in float32, as in mmseg. */
final class AveragedScores implements PendingResult<LabelMap> {

  private final Size size;
  private final float[][] sums;
  private int views;

  /**
   * @param size the size of the original image
   */
  AveragedScores(int classes, Size size) {
    this.size = size;
    sums = new float[classes][Math.toIntExact(size.pixels())];
  }

  @Override
  public void add(int round, Geometry view, Map<String, TensorData> outputs, int place) {
    for (int label = 0; label < sums.length; label++) {
      TensorData scores = outputs.get(SemanticViews.outputOf(label));
      int map = place * scores.type().shape().dim(1) + SemanticViews.placeOf(label);
      add(scores.floats(map * sums[label].length, sums[label].length), sums[label], view);
    }
    views++;
  }

  private void add(float[] scores, float[] sum, Geometry view) {
    int width = size.width();
    for (int row = 0; row < sum.length; row += width) {
      for (int x = 0; x < width; x++) {
        sum[row + x] += scores[row + (view.mirrored() ? width - 1 - x : x)];
      }
    }
  }

  /** Returns the class with the highest mean; the first one in case of a tie. */
  @Override
  public LabelMap result() {
    short[] labels = new short[sums[0].length];
    float[] best = new float[labels.length];
    for (int label = 0; label < sums.length; label++) {
      float[] sum = sums[label];
      for (int i = 0; i < sum.length; i++) {
        float mean = sum[i] / views;
        if (label == 0 || mean > best[i]) {
          best[i] = mean;
          labels[i] = (short) label;
        }
      }
    }
    if (sums.length > 256) {
      return new LabelMap.Shorts(size, labels);
    }
    byte[] bytes = new byte[labels.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) labels[i];
    }
    return new LabelMap.Bytes(size, bytes);
  }
}
