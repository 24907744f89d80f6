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
 * A batch of images with the same padded size.
 *
 * @param size the batch size of the plan. If there are fewer images, the batch is filled with
 *     copies of the last one, which is cheaper than compiling another plan
 */
record Batch(List<Prepared> images, int size) {

  /**
   * An image that is prepared for the model.
   *
   * @param pixels uint8 [padded height, padded width, 3]
   */
  record Prepared(Geometry geometry, ByteBuffer pixels) {}

  /**
   * Returns whether an image can be added to this batch.
   *
   * @param other the same view of that image as the views in this batch
   * @param oneOriginal whether all images must have the same size before resizing
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
   * Returns the size of prepared images in bytes.
   *
   * @throws IllegalArgumentException if they do not fit into one buffer
   */
  static int bytes(Size padded, int images) {
    long bytes = padded.pixels() * Image.CHANNELS * images;
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          images + " images of " + padded + " pixels exceed 2 GB: use a smaller batch");
    }
    return (int) bytes;
  }

  /**
   * Returns the inputs of the whole graph.
   *
   * @param names the names of the graph's inputs
   * @param pixels the result of {@link #pixels}
   * @param more additional inputs, from earlier rounds
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
   * Returns the pixels of all images, uint8 [batch, height, width, 3]. For a batch of one, returns
   * the image's buffer itself.
   *
   * @param buffers provides the buffer for larger batches
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
