package dev.dovetail;

import dev.dovetail.formats.Size;
import dev.dovetail.graph.onnx.Precision;
import java.nio.file.Path;

/**
 * The options of an export.
 *
 * @param file the output file; weights of 1.5 GB or more are stored separately, in {@code
 *     FILE.data}
 * @param size the height and width of the input
 * @param batch the batch size
 * @param precision float32, half precision, or 8-bit integers; 8-bit integers require a model that
 *     was opened with {@link Precision#INT8}
 * @param raw whether to export the bare network, which takes normalized pixels and has no
 *     post-processing
 * @param portable whether to use standard ONNX operators only, for runtimes other than ONNX Runtime
 * @param external whether to store the weights in a separate file even if they are small
 */
public record ExportOptions(
    Path file,
    Size size,
    int batch,
    Precision precision,
    boolean raw,
    boolean portable,
    boolean external) {

  /** Returns options to export the whole model with batch size 1, in float32, for ONNX Runtime. */
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
