package dev.dovetail.cli;

import dev.dovetail.files.DidYouMean;
import dev.dovetail.graph.TensorData;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.tensors.StoredTensor;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/** The input tensors of the command {@code run}, converted to a model's inputs. */
final class TensorInputs {

  /** The two names of the image: in the reference data, and in the graph. */
  static final List<String> IMAGE = List.of("image", "pixel_values");

  private final Checkpoint file;

  TensorInputs(Checkpoint file) {
    this.file = file;
  }

  /** Returns the names of the tensors that are not in {@code known}. */
  List<String> others(Collection<String> known) {
    return file.tensors().keySet().stream().filter(n -> !known.contains(n)).toList();
  }

  boolean has(String name) {
    return file.tensors().containsKey(name);
  }

  /**
   * Returns the normalized image.
   *
   * @return float32 [batch, 3, height, width]
   * @throws IOException if the tensor is missing, both names exist, or the type or shape is wrong
   */
  TensorData image() throws IOException {
    List<String> present = IMAGE.stream().filter(this::has).toList();
    if (present.size() != 1) {
      String near =
          file.tensors().keySet().stream()
              .map(n -> DidYouMean.hint(n, IMAGE))
              .filter(h -> h.startsWith(" (did you mean"))
              .findFirst()
              .orElse("");
      throw new IOException(
          file.path()
              + (present.isEmpty()
                  ? " has no tensor 'image' or 'pixel_values'" + near
                  : " has both 'image' and 'pixel_values'; expected only one of them")
              + "; it contains "
              + file.tensors().keySet());
    }
    StoredTensor image = file.tensors().get(present.get(0));
    List<Long> shape = image.shape();
    if (!image.type().isFloat() || shape.size() != 4 || shape.get(1) != 3 || shape.contains(0L)) {
      throw new IOException(
          file.path()
              + ": '"
              + image.name()
              + "' is "
              + describe(image)
              + ", expected the normalized image as float32 [batch, 3, height, width]");
    }
    return TensorData.of(image.floats(), ints(shape));
  }

  /** Returns {@code name} as int64 [batch, width]. A single row is repeated for the whole batch. */
  TensorData integers(String name, int batch, int width) throws IOException {
    StoredTensor tensor = requireRows(name, batch, width);
    if (tensor.type().isFloat()) {
      throw new IOException(
          file.path() + ": '" + name + "' is " + describe(tensor) + ", expected integers");
    }
    long[] values = tensor.longs();
    long[] rows = new long[batch * width];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = values[i % values.length];
    }
    return TensorData.of(rows, batch, width);
  }

  /**
   * Returns {@code name} as float32 [batch, width]. A single row is repeated for the whole batch.
   */
  TensorData floats(String name, int batch, int width) throws IOException {
    float[] values = requireRows(name, batch, width).floats();
    float[] rows = new float[batch * width];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = values[i % values.length];
    }
    return TensorData.of(rows, batch, width);
  }

  private StoredTensor requireRows(String name, int batch, int width) throws IOException {
    StoredTensor tensor = file.tensors().get(name);
    List<Long> one = List.of((long) width);
    List<Long> all = List.of((long) batch, (long) width);
    if (!tensor.shape().equals(one) && !tensor.shape().equals(all)) {
      throw new IOException(
          file.path()
              + ": '"
              + name
              + "' is "
              + describe(tensor)
              + ", expected the shape "
              + all
              + " or "
              + one);
    }
    return tensor;
  }

  private static String describe(StoredTensor tensor) {
    return tensor.type() + " " + tensor.shape();
  }

  private static int[] ints(List<Long> shape) {
    return shape.stream().mapToInt(Math::toIntExact).toArray();
  }
}
