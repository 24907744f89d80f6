package dev.dovetail.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.files.OutputFile;
import dev.dovetail.graph.int8.Calibration;
import dev.dovetail.graph.int8.CalibrationMethod;
import dev.dovetail.graph.int8.Range;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads and writes calibrations as JSON files, with the hashes of their config and checkpoint. */
final class CalibrationFile {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String CONFIG = "config_sha256";
  private static final String CHECKPOINT = "checkpoint_sha256";
  private static final String METHOD = "method";
  private static final String PERCENTILE = "percentile";

  private CalibrationFile() {}

  static void write(Path file, Calibrator.Result result, String config, String checkpoint)
      throws IOException {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put(CONFIG, config);
    document.put(CHECKPOINT, checkpoint);
    document.put("images", result.calibration().images());
    document.put(METHOD, result.method().kind().label());
    if (result.method().kind() == CalibrationMethod.Kind.PERCENTILE) {
      document.put(PERCENTILE, result.method().percentile());
    }
    result.error().ifPresent(e -> document.put("output_error", e));
    ObjectNode layers = document.putObject("layers");
    result
        .calibration()
        .layers()
        .forEach(
            (name, layer) -> {
              ObjectNode node = layers.putObject(name);
              put(node, "operand", layer.operand());
              layer.result().ifPresent(r -> put(node, "result", r));
              node.put("error", layer.error());
              node.put("int8", layer.quantized());
            });
    OutputFile.write(file, document.toPrettyString().getBytes(StandardCharsets.UTF_8));
  }

  private static void put(ObjectNode node, String name, Range range) {
    node.putArray(name).add(range.min()).add(range.max());
  }

  /**
   * Reads a calibration.
   *
   * @throws IOException if the file cannot be read, is not a calibration, or was made with another
   *     config or checkpoint
   */
  static Calibrator.Result read(Path file, String config, String checkpoint) throws IOException {
    JsonNode document;
    try {
      document = JSON.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is not a calibration: " + e.getOriginalMessage(), e);
    }
    if (!document.path("layers").isObject()) {
      throw new IOException(
          file + " is not a calibration: it has no \"layers\"; --save-calibration writes one");
    }
    require(file, document, CONFIG, config, "config");
    require(file, document, CHECKPOINT, checkpoint, "checkpoint");
    Map<String, Calibration.Layer> layers = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> layer : document.get("layers").properties()) {
      layers.put(layer.getKey(), layer(file, layer.getKey(), layer.getValue()));
    }
    JsonNode error = document.path("output_error");
    return new Calibrator.Result(
        new Calibration(document.path("images").asInt(), layers),
        method(file, document),
        error.isNumber() ? OptionalDouble.of(error.asDouble()) : OptionalDouble.empty());
  }

  /** Returns the method; files from before there were several methods do not name one. */
  private static CalibrationMethod method(Path file, JsonNode document) throws IOException {
    if (!document.has(METHOD)) {
      return CalibrationMethod.MINMAX;
    }
    String name = document.get(METHOD).asText();
    JsonNode percentile = document.path(PERCENTILE);
    for (CalibrationMethod.Kind kind : CalibrationMethod.Kind.values()) {
      if (kind.label().equals(name)) {
        try {
          return CalibrationMethod.of(
              kind,
              percentile.isMissingNode() ? Optional.empty() : Optional.of(percentile.asDouble()));
        } catch (IllegalArgumentException e) {
          throw new IOException(file + ": " + e.getMessage(), e);
        }
      }
    }
    throw new IOException(
        file
            + ": \"method\" is '"
            + name
            + "', expected one of "
            + CalibrationMethod.Kind.labels());
  }

  private static void require(
      Path file, JsonNode document, String key, String expected, String what) throws IOException {
    if (!document.path(key).asText().equals(expected)) {
      throw new IOException(
          file + " was made with another " + what + "; calibrate again with your images");
    }
  }

  private static Calibration.Layer layer(Path file, String name, JsonNode node) throws IOException {
    Optional<Range> operand = range(node.path("operand"));
    if (operand.isEmpty()
        || !node.path("error").isNumber()
        || !node.path("int8").isBoolean()
        || node.has("result") && range(node.path("result")).isEmpty()) {
      throw new IOException(
          file
              + ", layer '"
              + name
              + "': expected \"operand\" [min, max], \"error\" (a number), \"int8\" (true or"
              + " false), and of a convolution \"result\" [min, max]");
    }
    return new Calibration.Layer(
        operand.get(),
        range(node.path("result")),
        node.get("error").asDouble(),
        node.get("int8").asBoolean());
  }

  private static Optional<Range> range(JsonNode node) {
    boolean fits =
        node.size() == 2
            && node.path(0).isNumber()
            && node.path(1).isNumber()
            && Float.isFinite(node.get(0).floatValue())
            && Float.isFinite(node.get(1).floatValue());
    return fits
        ? Optional.of(new Range(node.get(0).floatValue(), node.get(1).floatValue()))
        : Optional.empty();
  }
}
