package dev.dovetail.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.cli.console.JsonOption;
import dev.dovetail.core.DType;
import dev.dovetail.eval.TextTable;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.tensors.ArrayTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The outputs of a model, with the names and shapes of the reference fixtures. */
final class TensorOutputs {

  private static final Set<String> PER_OBJECT =
      Set.of("boxes", "scores", "labels", "mask_probs", "mask_logits");

  private final Map<String, TensorData> tensors;

  private TensorOutputs(Map<String, TensorData> tensors) {
    this.tensors = tensors;
  }

  /**
   * The objects of a single image are written without the batch axis, the padding and the count.
   */
  static TensorOutputs of(Map<String, TensorData> values) {
    TensorData count = values.get("count");
    if (count == null || count.type().shape().elements() != 1) {
      return new TensorOutputs(values);
    }
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          if (PER_OBJECT.contains(name)) {
            tensors.put(name, rows(value, Math.toIntExact(count.longs()[0])));
          } else if (value != count) {
            tensors.put(name, value);
          }
        });
    return new TensorOutputs(tensors);
  }

  private static TensorData rows(TensorData value, int count) {
    int[] dims = value.type().shape().dims();
    int[] shape = Arrays.copyOfRange(dims, 1, dims.length);
    shape[0] = count;
    TensorType type = TensorType.of(value.type().dtype(), shape);
    int bytes = Math.toIntExact(type.shape().elements() * type.dtype().bytes());
    return TensorData.of(type, value.bytes().slice(0, bytes));
  }

  void write(Path file, Map<String, String> metadata) throws IOException {
    Safetensors.write(
        file,
        tensors.entrySet().stream().map(e -> stored(e.getKey(), e.getValue())).toList(),
        metadata);
  }

  private static ArrayTensor stored(String name, TensorData data) {
    List<Long> shape = Arrays.stream(data.type().shape().dims()).asLongStream().boxed().toList();
    return ArrayTensor.of(name, data.type().dtype(), shape, data.bytes());
  }

  /** Minimum, maximum and mean; NaN for an empty tensor. */
  private record Range(double least, double greatest, double mean) {

    static Range of(TensorData data) {
      ByteBuffer b = data.bytes();
      DType type = data.type().dtype();
      int n = b.remaining() / type.bytes();
      double least = n == 0 ? Double.NaN : Double.POSITIVE_INFINITY;
      double greatest = n == 0 ? Double.NaN : Double.NEGATIVE_INFINITY;
      double sum = 0;
      float[] floats = type == DType.FLOAT32 ? data.floats() : null;
      long[] longs = type.isFloat() ? null : data.longs();
      for (int i = 0; i < n; i++) {
        double v = floats != null ? floats[i] : longs[i];
        least = Math.min(least, v);
        greatest = Math.max(greatest, v);
        sum += v;
      }
      return new Range(least, greatest, sum / n);
    }
  }

  /** Returns a row for every tensor: name, type, shape, minimum, maximum and mean. */
  String table() {
    TextTable table = new TextTable(List.of("output", "type", "least", "greatest", "mean"));
    tensors.forEach(
        (name, data) -> {
          Range range = Range.of(data);
          table.add(
              List.of(
                  name,
                  data.type().toString(),
                  number(range.least()),
                  number(range.greatest()),
                  number(range.mean())));
        });
    return JsonOption.text(table.lines());
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "nan" : String.format(Locale.ROOT, "%.5g", value);
  }

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    tensors.forEach(
        (name, data) -> {
          Range range = Range.of(data);
          ObjectNode tensor = json.putObject(name);
          tensor.put("dtype", data.type().dtype().name().toLowerCase(Locale.ROOT));
          for (int d : data.type().shape().dims()) {
            tensor.withArray("shape").add(d);
          }
          if (!Double.isNaN(range.least())) {
            tensor.put("least", range.least());
            tensor.put("greatest", range.greatest());
            tensor.put("mean", range.mean());
          }
        });
    return json;
  }
}
