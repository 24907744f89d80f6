package dev.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import dev.dovetail.train.engine.FloatType;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** A directory with inputs, weights, and PyTorch's losses and gradients in double precision. */
public record TrainingFixture(Path folder, JsonNode config) {

  /** The tolerance in double precision, relative to the largest value. */
  static final double EXACT = 1e-9;

  public static TrainingFixture read(Path folder) throws IOException {
    return new TrainingFixture(
        folder, JsonMapper.builder().build().readTree(folder.resolve("config.json").toFile()));
  }

  /** The fixture whose weights and inputs this one shares. */
  TrainingFixture base() throws IOException {
    return config.has("weights_of")
        ? read(folder.resolveSibling(config.get("weights_of").asText()))
        : this;
  }

  public Map<String, TensorData> inputs() throws IOException {
    return tensors("inputs.safetensors");
  }

  Map<String, TensorData> weights() throws IOException {
    return tensors("weights.safetensors");
  }

  public Map<String, TensorData> outputs() throws IOException {
    return tensors("outputs.safetensors");
  }

  /** Returns the tensors of a case of {@code all}, without its prefix. */
  public static Map<String, TensorData> ofCase(Map<String, TensorData> all, int index) {
    String prefix = "case" + index + ".";
    Map<String, TensorData> some = new LinkedHashMap<>();
    all.forEach(
        (name, data) -> {
          if (name.startsWith(prefix)) {
            some.put(name.substring(prefix.length()), data);
          }
        });
    return some;
  }

  /** Verifies that a value matches the fixture, within the tolerance for the type. */
  void assertMatches(String name, TensorData expected, TensorData actual, FloatType type) {
    assertEquals(expected.type().shape(), actual.type().shape(), name + " has another shape");
    double[] values = expected.doubles();
    double[] got = actual.doubles();
    double allowed =
        type == FloatType.FLOAT64
            ? (EXACT + (isRounded(values) ? 0x1p-24 : 0)) * largest(values)
            : config.path("accuracy").path(name).path("suggested_atol").asDouble();
    double worst = difference(values, got);
    assertTrue(worst <= allowed, name + " is off by " + worst + ", allowed " + allowed);
  }

  /** Returns whether a fixture stores values in float32, as a few do. */
  private static boolean isRounded(double... values) {
    return Arrays.stream(values).allMatch(v -> v == (float) v) && largest(values) > 0;
  }

  static double largest(double... values) {
    double largest = 0;
    for (double v : values) {
      largest = Math.max(largest, Math.abs(v));
    }
    return largest;
  }

  /** Returns the largest difference; NaN if a value is NaN. */
  static double difference(double[] expected, double[] got) {
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      double d = Math.abs(expected[i] - got[i]);
      worst = d <= worst ? worst : d;
    }
    return worst;
  }

  private Map<String, TensorData> tensors(String file) throws IOException {
    Path path = folder.resolve(file);
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    if (Files.exists(path)) {
      try (Checkpoint checkpoint = Checkpoint.open(path)) {
        for (TensorSource source : checkpoint.tensors().values()) {
          tensors.put(source.name(), data(source));
        }
      }
    }
    return tensors;
  }

  private static TensorData data(TensorSource source) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    source.writeTo(Channels.newChannel(bytes), source.type());
    ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    int[] dims = source.shape().stream().mapToInt(Math::toIntExact).toArray();
    if (source.type() == DType.FLOAT64) {
      double[] values = new double[buffer.remaining() / Double.BYTES];
      buffer.asDoubleBuffer().get(values);
      return TensorData.of(values, dims);
    }
    return TensorData.of(new TensorType(source.type(), Shape.of(dims)), buffer);
  }
}
