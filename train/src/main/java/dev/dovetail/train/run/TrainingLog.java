package dev.dovetail.train.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.TrainingListener;
import dev.dovetail.eval.report.TrainingHistory;
import dev.dovetail.files.OutputFile;
import dev.dovetail.tasks.Metrics;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The log of a training run, with one JSON object per line in the order of events. Each line is
 * passed to the operating system before the method that writes it returns.
 */
final class TrainingLog implements Closeable {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final String ITERATION = "iteration";
  private static final String LOSSES = "losses";
  private static final String METRICS = "metrics";

  private final List<ObjectNode> lines;
  private final BufferedWriter writer;

  private TrainingLog(List<ObjectNode> lines, BufferedWriter writer) {
    this.lines = lines;
    this.writer = writer;
  }

  /**
   * Opens a log. Lines of later steps than the one from which the run resumes are removed, since
   * these steps are repeated.
   *
   * @param iteration the number of finished steps
   * @throws IOException if the file cannot be read or written, or a line other than the last one is
   *     damaged; the last one may be incomplete
   */
  static TrainingLog open(Path file, long iteration) throws IOException {
    List<ObjectNode> kept = new ArrayList<>();
    if (Files.exists(file)) {
      for (ObjectNode line : read(file)) {
        if (line.path(ITERATION).asLong() <= iteration) {
          kept.add(line);
        }
      }
    }
    StringBuilder text = new StringBuilder();
    kept.forEach(line -> text.append(line).append('\n'));
    OutputFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    return new TrainingLog(kept, Files.newBufferedWriter(file, StandardOpenOption.APPEND));
  }

  private static List<ObjectNode> read(Path file) throws IOException {
    List<ObjectNode> lines = new ArrayList<>();
    List<String> texts = Files.readAllLines(file);
    for (int i = 0; i < texts.size(); i++) {
      try {
        lines.add((ObjectNode) JSON.readTree(texts.get(i)));
      } catch (JsonProcessingException | ClassCastException e) {
        if (i < texts.size() - 1) {
          throw new IOException(file + ", line " + (i + 1) + " is damaged: " + e.getMessage(), e);
        }
      }
    }
    return lines;
  }

  void step(TrainingListener.Step step, double epoch) throws IOException {
    ObjectNode line = line(step.iteration());
    line.put("epoch", epoch);
    line.set(LOSSES, JSON.valueToTree(step.losses()));
    line.put("rate", step.rate());
    line.put("gradient_norm", step.gradientNorm());
    line.put("seconds", step.seconds());
    line.put("waited", step.waited());
    write(line);
  }

  void evaluation(long iteration, Metrics metrics, boolean best) throws IOException {
    ObjectNode line = line(iteration);
    line.set(METRICS, JSON.valueToTree(metrics.values()));
    line.put("best", best);
    write(line);
  }

  private static ObjectNode line(long iteration) {
    return JsonNodeFactory.instance.objectNode().put(ITERATION, iteration);
  }

  private void write(ObjectNode line) throws IOException {
    lines.add(line);
    writer.write(line.toString());
    writer.newLine();
    writer.flush();
  }

  /** Returns whether the model was evaluated after a step. */
  boolean hasEvaluation(long iteration) {
    return lines.stream()
        .anyMatch(line -> line.has(METRICS) && line.path(ITERATION).asLong() == iteration);
  }

  /** Returns the best evaluation so far. */
  Optional<Evaluated> best() {
    return lines.stream()
        .filter(line -> line.path("best").asBoolean())
        .reduce((earlier, later) -> later)
        .map(line -> new Evaluated(line.path(ITERATION).asLong(), metrics(line)));
  }

  /** An evaluation in the log. */
  record Evaluated(long iteration, Metrics metrics) {}

  private static Metrics metrics(ObjectNode line) {
    return new Metrics(values(line), List.of());
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> values(ObjectNode line) {
    return JSON.convertValue(line.path(METRICS), Map.class);
  }

  /**
   * Returns the data of the report.
   *
   * @param metric the metric that selects the best evaluation
   */
  TrainingHistory history(long planned, String metric, Map<String, String> recipe) {
    List<TrainingHistory.Step> steps = new ArrayList<>();
    List<TrainingHistory.Evaluation> evaluations = new ArrayList<>();
    for (ObjectNode line : lines) {
      long iteration = line.path(ITERATION).asLong();
      if (line.has(METRICS)) {
        evaluations.add(
            TrainingHistory.Evaluation.of(iteration, values(line), line.path("best").asBoolean()));
      } else {
        steps.add(
            new TrainingHistory.Step(
                iteration,
                losses(line.path(LOSSES)),
                line.path("rate").asDouble(),
                line.path("gradient_norm").asDouble(),
                line.path("seconds").asDouble(),
                line.path("waited").asDouble()));
      }
    }
    return new TrainingHistory(planned, steps, evaluations, metric, recipe);
  }

  private static Map<String, Double> losses(JsonNode node) {
    Map<String, Double> losses = new java.util.LinkedHashMap<>();
    node.fields().forEachRemaining(e -> losses.put(e.getKey(), e.getValue().asDouble()));
    return losses;
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
