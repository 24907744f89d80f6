package dev.dovetail.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A directory with inputs, weights and the outputs of a reference implementation. */
record Fixture(Path folder, JsonNode config) {

  private static final Pattern CASE = Pattern.compile("case(\\d+)\\.(.+)");

  static Fixture read(Path folder) throws IOException {
    return new Fixture(
        folder, JsonMapper.builder().build().readTree(folder.resolve("config.json").toFile()));
  }

  /** {@code module/vit_block}, {@code op/anchors}, or the type alone. */
  String part() {
    String type = type();
    return config.has(type) ? type + "/" + config.get(type).asText() : type;
  }

  String type() {
    return config.path("type").asText();
  }

  /** Returns the hyperparameters, whatever their key in the fixture. */
  JsonNode hyperParameters() {
    return config.path("hyper_parameters");
  }

  /**
   * Returns the arguments of a constructor, completed by its defaults.
   *
   * @param defaults a JSON object
   */
  static JsonNode withDefaults(JsonNode node, String defaults) {
    try {
      ObjectNode all = (ObjectNode) JsonMapper.builder().build().readTree(defaults);
      node.properties()
          .forEach(
              e -> {
                if (!e.getValue().isNull()) {
                  all.set(e.getKey(), e.getValue());
                }
              });
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the indices of the cases; a case without a number has index -1. */
  List<Integer> cases() throws IOException {
    TreeSet<Integer> indices = new TreeSet<>();
    for (String name : tensors("outputs.safetensors").keySet()) {
      Matcher m = CASE.matcher(name);
      indices.add(m.matches() ? Integer.parseInt(m.group(1)) : -1);
    }
    return List.copyOf(indices);
  }

  /** Returns the arguments of a case that are not tensors. */
  JsonNode arguments(int index) {
    return config.path("cases").path(Math.max(index, 0));
  }

  Map<String, TensorData> inputs(int index) throws IOException {
    return ofCase("inputs.safetensors", index);
  }

  Map<String, TensorData> expected(int index) throws IOException {
    return ofCase("outputs.safetensors", index);
  }

  private Map<String, TensorData> ofCase(String file, int index) throws IOException {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, TensorData> e : tensors(file).entrySet()) {
      Matcher m = CASE.matcher(e.getKey());
      if (!m.matches()) {
        tensors.put(e.getKey(), e.getValue());
      } else if (Integer.parseInt(m.group(1)) == index) {
        tensors.put(m.group(2), e.getValue());
      }
    }
    return tensors;
  }

  /** Returns the tolerance; 0 if the fixture does not specify one. */
  double tolerance(int index, String output) {
    return config
        .path("accuracy")
        .path(index < 0 ? output : "case" + index + "." + output)
        .path("suggested_atol")
        .asDouble(0);
  }

  Checkpoint weights() throws IOException {
    return Checkpoint.open(folder.resolve("weights.safetensors"));
  }

  private Map<String, TensorData> tensors(String file) throws IOException {
    Path path = folder.resolve(file);
    return Files.exists(path) ? tensors(path) : Map.of();
  }

  /** Reads all tensors of a file. */
  static Map<String, TensorData> tensors(Path file) throws IOException {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      for (TensorSource source : checkpoint.tensors().values()) {
        // An empty list of numbers is float64 in NumPy.
        if (source.elements() > 0 || source.type() != DType.FLOAT64) {
          tensors.put(source.name(), data(source));
        }
      }
    }
    return tensors;
  }

  private static TensorData data(TensorSource source) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    source.writeTo(Channels.newChannel(bytes), source.type());
    int[] dims = source.shape().stream().mapToInt(Math::toIntExact).toArray();
    ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    return TensorData.of(new TensorType(dtype(source.type()), Shape.of(dims)), buffer);
  }

  private static DType dtype(DType type) {
    return switch (type) {
      case FLOAT32 -> DType.FLOAT32;
      case INT64 -> DType.INT64;
      case INT32 -> DType.INT32;
      case UINT8 -> DType.UINT8;
      case BOOL -> DType.BOOL;
      default -> throw new IllegalArgumentException("a fixture with " + type);
    };
  }
}
