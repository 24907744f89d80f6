package dev.dovetail.heads.queries;

import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import java.util.ArrayList;
import java.util.List;

/**
 * Encodes coordinates as sines and cosines of increasing wavelengths (Meng et al. 2021, section
 * 3.3).
 */
public final class SineEncoding {

  private static final double LONGEST = 10000;

  private SineEncoding() {}

  /**
   * Encodes points or boxes with y before x, as in the position embedding of a map.
   *
   * @param coordinates values from 0 to 1: [..., n, 2 or more]; x before y
   * @param channels channels of each coordinate, a multiple of 2
   * @return [..., n, coordinates * channels]
   */
  public static Tensor of(Tensor coordinates, int channels) {
    int last = coordinates.rank() - 1;
    List<Tensor> parts = new ArrayList<>();
    for (int i = 0; i < coordinates.dim(last); i++) {
      parts.add(coordinates.slice(last, i, i + 1));
    }
    parts.add(0, parts.remove(1));
    return inOrder(Tensor.concat(last, parts), channels);
  }

  /**
   * Encodes coordinates in their own order (two-stage Deformable DETR, Zhu et al. 2021, appendix
   * A.4).
   *
   * @param coordinates values from 0 to 1: [..., n, k]
   * @param channels channels of each coordinate, a multiple of 2
   * @return [..., n, k * channels]
   */
  public static Tensor inOrder(Tensor coordinates, int channels) {
    float[] wavelengths = new float[channels / 2];
    for (int i = 0; i < wavelengths.length; i++) {
      wavelengths[i] = (float) Math.pow(LONGEST, 2.0 * i / channels);
    }
    int last = coordinates.rank() - 1;
    Tensor angles =
        coordinates
            .times(2 * Math.PI)
            .unsqueeze(last + 1)
            .div(coordinates.constant(TensorData.of(wavelengths, wavelengths.length)));
    int waves = last + 2;
    return Tensor.concat(waves, angles.sin().unsqueeze(waves), angles.cos().unsqueeze(waves))
        .flatten(last, waves);
  }
}
