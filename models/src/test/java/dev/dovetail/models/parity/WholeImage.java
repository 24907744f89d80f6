package dev.dovetail.models.parity;

import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import dev.dovetail.graph.Trace;
import dev.dovetail.images.PixelNormalization;
import dev.dovetail.models.ImageInputs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/** Runs the start of a whole graph, from 8-bit pixels to the network's input. */
final class WholeImage {

  private WholeImage() {}

  /**
   * Returns the network's input for a resized image at the top left of a larger input.
   *
   * @param resized uint8 [height, width, 3]
   * @return float32 [1, 3, padded height, padded width]
   */
  static TensorData normalised(TensorData resized, Size padded, PixelNormalization normalization)
      throws IOException {
    int height = resized.type().shape().dim(0);
    int width = resized.type().shape().dim(1);
    // Padding is ignored: any value will do.
    byte[] pixels = new byte[Math.toIntExact(padded.pixels() * 3)];
    java.util.Arrays.fill(pixels, (byte) 77);
    for (int y = 0; y < height; y++) {
      resized.bytes().position(y * width * 3).get(pixels, y * padded.width() * 3, width * 3);
    }
    TensorType type = TensorType.of(DType.UINT8, 1, padded.height(), padded.width(), 3);
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.UINT8, 1, padded.height(), padded.width(), 3);
    Tensor normalised = ImageInputs.normalise(trace.root(), image, normalization).pixels();
    Map<String, TensorData> inputs =
        Map.of(
            "image",
            TensorData.of(type, ByteBuffer.wrap(pixels)),
            "img_shape",
            TensorData.of(new long[] {height, width}, 1, 2));
    return TracedRun.run(Optional.empty(), inputs, trace.graph(Map.of("normalised", normalised)))
        .get(0)
        .get("normalised");
  }
}
