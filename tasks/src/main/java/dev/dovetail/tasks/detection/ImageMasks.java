package dev.dovetail.tasks.detection;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.mask.MaskLogits;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorData;
import java.util.Map;

/** Decodes masks that a graph outputs as logits over the whole image, {@code mask_logits}. */
final class ImageMasks {

  private static final String LOGITS = "mask_logits";
  private static final String EXTENT = "mask_extent";

  private ImageMasks() {}

  /**
   * Resizes and encodes the masks of one image one by one.
   *
   * @param outputs the outputs of the graph
   * @param image the index of the image in the batch
   * @param count the number of objects in the image
   * @return the masks; empty if the graph has no such output
   */
  static Rle[] of(Map<String, TensorData> outputs, int image, int count, Size original) {
    TensorData logits = outputs.get(LOGITS);
    if (logits == null) {
      return new Rle[0];
    }
    Shape shape = logits.type().shape();
    int height = shape.dim(2);
    int width = shape.dim(3);
    float[] extent =
        outputs.containsKey(EXTENT)
            ? outputs.get(EXTENT).floats(2 * image, 2)
            : new float[] {height, width};
    Rle[] masks = new Rle[count];
    for (int i = 0; i < count; i++) {
      int from = (image * shape.dim(1) + i) * height * width;
      float[] own = logits.floats(from, height * width);
      masks[i] =
          new MaskLogits(own, 0, height, width, extent[0], extent[1])
              .in(original.height(), original.width());
    }
    return masks;
  }
}
