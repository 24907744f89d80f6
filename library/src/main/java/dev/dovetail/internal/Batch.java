package dev.dovetail.internal;

import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import dev.dovetail.images.Geometry;
import dev.dovetail.images.Image;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Images of one padded size on their way through a plan.
 *
 * @param size of the plan's batch; where there are fewer images the last one fills it up, which is
 *     cheaper than another plan
 */
record Batch(List<Prepared> images, int size) {

  /**
   * An image ready for the model.
   *
   * @param pixels uint8 [padded height, padded width, 3]
   */
  record Prepared(Geometry geometry, ByteBuffer pixels) {}

  /**
   * Whether an image may join.
   *
   * @param other one view of it, the same as the batch is of
   * @param oneOriginal whether all must have had one size before they were resized
   */
  boolean takes(Prepared other, boolean oneOriginal) {
    Geometry mine = images.get(0).geometry();
    return mine.padded().equals(other.geometry().padded())
        && (!oneOriginal || mine.original().equals(other.geometry().original()));
  }

  PlanKey key(int round) {
    return new PlanKey(size, images.get(0).geometry().padded(), round);
  }

  /**
   * The bytes of prepared images.
   *
   * @throws IllegalArgumentException if a buffer cannot be as large as that
   */
  static int bytes(Size padded, int images) {
    long bytes = padded.pixels() * Image.CHANNELS * images;
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          images + " images of " + padded + " pixels in one pass are more than 2 GB: take fewer");
    }
    return (int) bytes;
  }

  /**
   * The inputs of the whole graph.
   *
   * @param names of the inputs that the graph has
   * @param pixels of {@link #pixels}
   * @param more inputs beside those that are known here
   */
  Map<String, TensorData> inputs(
      Set<String> names, ByteBuffer pixels, Map<String, TensorData> more) {
    int n = size;
    Size padded = images.get(0).geometry().padded();
    long[] imageShape = new long[2 * n];
    long[] originalShape = new long[2 * n];
    float[] scale = new float[4 * n];
    for (int i = 0; i < n; i++) {
      Geometry g = at(i).geometry();
      imageShape[2 * i] = g.resized().height();
      imageShape[2 * i + 1] = g.resized().width();
      originalShape[2 * i] = g.original().height();
      originalShape[2 * i + 1] = g.original().width();
      System.arraycopy(g.scaleFactor(), 0, scale, 4 * i, 4);
    }
    Map<String, TensorData> inputs = new HashMap<>(more);
    inputs.put(
        "image",
        TensorData.of(
            TensorType.of(DType.UINT8, n, padded.height(), padded.width(), Image.CHANNELS),
            pixels));
    inputs.put("img_shape", TensorData.of(imageShape, n, 2));
    inputs.put("ori_shape", TensorData.of(originalShape, n, 2));
    inputs.put("scale_factor", TensorData.of(scale, n, 4));
    inputs.keySet().retainAll(names);
    return inputs;
  }

  /**
   * The pixels of all images, uint8 [batch, height, width, 3]: of a single one its own.
   *
   * @param buffers where room for several is taken
   */
  ByteBuffer pixels(BufferPool buffers) {
    if (size == 1) {
      return images.get(0).pixels();
    }
    ByteBuffer all = buffers.take(images.get(0).pixels().remaining() * size);
    for (int i = 0; i < size; i++) {
      all.put(at(i).pixels().duplicate());
    }
    return all.flip();
  }

  private Prepared at(int i) {
    return images.get(Math.min(i, images.size() - 1));
  }
}
