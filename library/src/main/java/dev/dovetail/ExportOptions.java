package dev.dovetail;

import dev.dovetail.formats.Size;
import dev.dovetail.graph.onnx.Precision;
import java.nio.file.Path;

/**
 * A file to be exported.
 *
 * @param file the model; weights of 1.5 GB and more go beside it, into {@code FILE.data}
 * @param size height and width of the input
 * @param batch images in one run
 * @param precision float32, half precision, or 8-bit integers of a model that was opened in them
 * @param raw whether the graph takes normalised pixels and ends with the network
 * @param portable whether only standard operators are used, for any runtime
 * @param external whether weights go beside the file even if they are small
 */
public record ExportOptions(
    Path file,
    Size size,
    int batch,
    Precision precision,
    boolean raw,
    boolean portable,
    boolean external) {

  /** The whole model for single images, in float32, for ONNX Runtime. */
  public static ExportOptions of(Path file, Size size) {
    return new ExportOptions(file, size, 1, Precision.FP32, false, false, false);
  }

  public ExportOptions withBatch(int images) {
    return new ExportOptions(file, size, images, precision, raw, portable, external);
  }

  public ExportOptions withPrecision(Precision value) {
    return new ExportOptions(file, size, batch, value, raw, portable, external);
  }

  public ExportOptions withRaw(boolean value) {
    return new ExportOptions(file, size, batch, precision, value, portable, external);
  }

  public ExportOptions withPortable(boolean value) {
    return new ExportOptions(file, size, batch, precision, raw, value, external);
  }

  public ExportOptions withExternal(boolean value) {
    return new ExportOptions(file, size, batch, precision, raw, portable, value);
  }
}
