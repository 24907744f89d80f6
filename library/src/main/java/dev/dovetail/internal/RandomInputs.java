package dev.dovetail.internal;

import dev.dovetail.core.DType;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Generates seeded random images as inputs of a graph. */
public final class RandomInputs {

  private static final long SEED = 20_240_229;

  private RandomInputs() {}

  /**
   * Returns a value for each input of a whole or a bare graph. The values are the same in each run.
   *
   * @param types the types of the graph's inputs, by name
   * @param reduction the factor by which the images are smaller than the originals
   */
  public static Map<String, TensorData> of(Map<String, TensorType> types, int reduction) {
    SplittableRandom random = new SplittableRandom(SEED);
    TensorType image = types.getOrDefault("image", types.get("pixel_values"));
    boolean pixels = image.dtype() == DType.UINT8;
    int batch = image.shape().dim(0);
    int height = image.shape().dim(pixels ? 1 : 2);
    int width = image.shape().dim(pixels ? 2 : 3);
    Map<String, TensorData> inputs = new LinkedHashMap<>();
    types.forEach(
        (name, type) -> {
          int[] dims = type.shape().dims();
          inputs.put(
              name,
              switch (name) {
                case "image" -> TensorData.of(photo(random, batch, height, width), dims);
                case "pixel_values" -> TensorData.of(noise(random, dims), dims);
                case "img_shape" -> TensorData.of(repeat(batch, height, width), dims);
                case "ori_shape" ->
                    TensorData.of(
                        repeat(batch, (long) reduction * height, (long) reduction * width), dims);
                case "scale_factor" -> TensorData.of(scales(batch, reduction), dims);
                default -> throw new IllegalStateException("unexpected input " + name);
              });
        });
    return inputs;
  }

  /** Returns images of colored areas with edges and noise, in which models can detect something. */
  private static byte[] photo(SplittableRandom random, int batch, int height, int width) {
    int cell = 32;
    int columns = width / cell + 1;
    byte[] colours = new byte[(height / cell + 1) * columns * 3];
    random.nextBytes(colours);
    byte[] pixels = new byte[batch * height * width * 3];
    for (int i = 0; i < pixels.length; i++) {
      int c = i % 3;
      int x = i / 3 % width;
      int y = i / 3 / width % height;
      int colour = colours[(y / cell * columns + x / cell) * 3 + c] & 0xff;
      pixels[i] = (byte) Math.max(0, Math.min(255, colour + random.nextInt(31) - 15));
    }
    return pixels;
  }

  private static float[] noise(SplittableRandom random, int[] dims) {
    float[] values = new float[dims[0] * dims[1] * dims[2] * dims[3]];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (4 * random.nextDouble() - 2);
    }
    return values;
  }

  private static long[] repeat(int batch, long height, long width) {
    long[] shapes = new long[2 * batch];
    for (int i = 0; i < batch; i++) {
      shapes[2 * i] = height;
      shapes[2 * i + 1] = width;
    }
    return shapes;
  }

  private static float[] scales(int batch, int reduction) {
    float[] values = new float[4 * batch];
    Arrays.fill(values, 1f / reduction);
    return values;
  }
}
