package dev.dovetail.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.dovetail.Prediction;
import dev.dovetail.cli.console.JsonOption;
import dev.dovetail.cli.inputs.Input;
import dev.dovetail.eval.TextTable;
import dev.dovetail.files.OutputFile;
import dev.dovetail.images.Image;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Collects the results of {@code predict} for all inputs. Thread-safe. */
final class PredictResults {

  static final String FILE = "results.json";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final List<Input> inputs;
  private final Map<Integer, Map<String, Object>> entries = new ConcurrentSkipListMap<>();
  private final Map<Integer, List<List<String>>> rows = new ConcurrentSkipListMap<>();
  private final Map<Integer, String> lines = new ConcurrentSkipListMap<>();
  private final List<String> failures = new ArrayList<>();

  /**
   * Creates a collector.
   *
   * @param inputs all inputs, in the order of the results
   * @param failures messages for failed inputs that are not among the inputs
   */
  PredictResults(List<Input> inputs, List<String> failures) {
    this.inputs = inputs;
    this.failures.addAll(failures);
  }

  private Map<String, Object> entry(int place, int width, int height) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("file", inputs.get(place).name());
    entry.put("width", width);
    entry.put("height", height);
    return entry;
  }

  /**
   * Adds the result of an image.
   *
   * @param result its JSON
   */
  void add(int place, Image image, Prediction shown, Map<String, Object> result) {
    Map<String, Object> entry = entry(place, image.size().width(), image.size().height());
    entry.putAll(result);
    entries.put(place, entry);
    rows.put(place, shown.rows());
  }

  /** Adds the result of a video. */
  void add(int place, VideoRun.Summary video) {
    Map<String, Object> entry = entry(place, video.size().width(), video.size().height());
    entry.putAll(video.json());
    entries.put(place, entry);
    lines.put(place, inputs.get(place).shortName() + ": " + video.sentence());
  }

  synchronized void failed(String reason) {
    failures.add(reason);
  }

  /**
   * Writes and prints all results.
   *
   * @param columns the columns of the table after the image
   * @param out the directory of the JSON file; null to write none
   */
  void report(List<String> columns, @Nullable Path out, JsonOption json) throws IOException {
    ArrayNode all = JSON.valueToTree(entries.values());
    if (out != null) {
      OutputFile.write(out.resolve(FILE), all.toPrettyString().getBytes(StandardCharsets.UTF_8));
    }
    String table = rows.isEmpty() ? "" : table(columns);
    json.report(table + JsonOption.text(List.copyOf(lines.values())), all);
  }

  private String table(List<String> columns) {
    List<String> head = new ArrayList<>(List.of("image"));
    head.addAll(columns);
    TextTable table = new TextTable(head);
    rows.forEach(
        (place, cells) -> {
          String image = inputs.get(place).shortName();
          for (List<String> row : cells) {
            List<String> line = new ArrayList<>(List.of(image));
            line.addAll(row);
            table.add(line);
            image = "";
          }
        });
    return table.text();
  }

  /**
   * Throws an exception if an input failed.
   *
   * @param what a plural noun for the inputs
   * @param all the number of inputs
   */
  synchronized void throwIfAnyFailed(String what, int all) throws IOException {
    if (!failures.isEmpty()) {
      throw new IOException(
          failures.size()
              + " of "
              + all
              + " "
              + what
              + " could not be used:\n  "
              + String.join("\n  ", failures));
    }
  }
}
