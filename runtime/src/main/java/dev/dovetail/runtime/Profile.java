package dev.dovetail.runtime;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The time spent in each part of a plan.
 *
 * @param runs the number of runs
 * @param scopes the seconds of all runs by scope, including sub-scopes; the whole model has the
 *     empty name. Nodes that ONNX Runtime inserts, such as layout conversions, only count for the
 *     whole model
 * @param operators the seconds of all runs by operator type
 * @param peak the peak memory of values and scratch buffers in a run, in bytes; 0 if the device
 *     does not report it
 * @param nodes the nodes that ran, after ONNX Runtime's optimizations
 */
public record Profile(
    int runs,
    Map<String, Double> scopes,
    Map<String, Double> operators,
    long peak,
    List<PlacedNode> nodes) {

  /**
   * A node and its execution provider.
   *
   * @param name the name of the node, which starts with its scope
   * @param operator the operator, such as {@code MatMul}; copies between devices are {@code
   *     MemcpyToHost} and {@code MemcpyFromHost}
   * @param provider the execution provider, such as {@code CUDAExecutionProvider}
   */
  public record PlacedNode(String name, String operator, String provider) {}

  private static final String KERNEL = "_kernel_time";

  /**
   * Copies the maps.
   *
   * @param runs the number of runs
   * @param scopes the seconds of all runs by scope, including sub-scopes; the whole model has the
   *     empty name
   * @param operators the seconds of all runs by operator type
   * @param peak the peak memory of values and scratch buffers in a run, in bytes; 0 if the device
   *     does not report it
   * @param nodes the nodes that ran, after ONNX Runtime's optimizations
   */
  public Profile {
    scopes = Collections.unmodifiableMap(new TreeMap<>(scopes));
    operators = Collections.unmodifiableMap(new TreeMap<>(operators));
    nodes = List.copyOf(nodes);
  }

  /**
   * Reads a profile written by ONNX Runtime.
   *
   * @param skipped the number of initial runs to ignore
   * @throws IOException if the file cannot be read or is not a profile
   */
  public static Profile read(Path file, int skipped) throws IOException {
    Reader reader = new Reader(skipped);
    try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
      json.nextToken();
      while (json.nextToken() == JsonToken.START_OBJECT) {
        reader.event(json);
      }
    }
    return new Profile(
        reader.runs,
        reader.scopes,
        reader.operators,
        reader.peak,
        List.copyOf(reader.nodes.values()));
  }

  private static final class Reader {
    private final Map<String, Double> scopes = new TreeMap<>();
    private final Map<String, Double> operators = new TreeMap<>();
    private final Map<String, PlacedNode> nodes = new LinkedHashMap<>();
    private int skipped;
    private int runs;
    private long peak;
    private String operator = "";
    private String provider = "";

    Reader(int skipped) {
      this.skipped = skipped;
    }

    /** Reads an event after its opening brace. */
    void event(JsonParser json) throws IOException {
      String name = "";
      double seconds = 0;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String field = json.currentName();
        json.nextToken();
        switch (field) {
          case "name" -> name = json.getText();
          case "dur" -> seconds = json.getLongValue() / 1e6;
          case "args" -> arguments(json);
          default -> json.skipChildren();
        }
      }
      if (name.equals("model_run")) {
        endRun();
      } else if (name.endsWith(KERNEL)) {
        operators.merge(operator, seconds, Double::sum);
        String node = name.substring(0, name.length() - KERNEL.length());
        nodes.put(node, new PlacedNode(node, operator, provider));
        add(name.substring(0, Math.max(name.indexOf('/'), 0)), seconds);
      }
    }

    /** The event of a run follows the events of its nodes. */
    private void endRun() {
      if (skipped > 0) {
        skipped--;
        scopes.clear();
        operators.clear();
      } else {
        runs++;
      }
    }

    /** Reads the operator type and the provider. */
    private void arguments(JsonParser json) throws IOException {
      operator = "";
      provider = "";
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String field = json.currentName();
        json.nextToken();
        if (field.equals("op_name")) {
          operator = json.getText();
        } else if (field.equals("provider")) {
          provider = json.getText();
        } else if (field.equals("mem_in_use_peak")) {
          peak = Math.max(peak, Long.parseLong(json.getText()));
        } else {
          json.skipChildren();
        }
      }
    }

    private void add(String scope, double seconds) {
      for (String s = scope; ; s = s.substring(0, Math.max(s.lastIndexOf('.'), 0))) {
        scopes.merge(s, seconds, Double::sum);
        if (s.isEmpty()) {
          return;
        }
      }
    }
  }
}
