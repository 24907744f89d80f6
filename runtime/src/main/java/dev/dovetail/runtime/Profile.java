package dev.dovetail.runtime;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the time of a plan's runs went.
 *
 * @param runs how many
 * @param scopes seconds of all runs by scope, sub-scopes included; the whole under the empty name.
 *     What ONNX Runtime put in between, such as changes of layout, counts for the whole alone
 * @param operators seconds of all runs by kind of operator
 * @param peak the most bytes of values and scratch memory that a run held at one time; 0 where the
 *     device does not tell
 */
public record Profile(
    int runs, Map<String, Double> scopes, Map<String, Double> operators, long peak) {

  private static final String KERNEL = "_kernel_time";

  /**
   * Copies the maps.
   *
   * @param runs how many
   * @param scopes seconds of all runs by scope, sub-scopes included; the whole under the empty
   *     name. What ONNX Runtime put in between, such as changes of layout, counts for the whole
   *     alone
   * @param operators seconds of all runs by kind of operator
   * @param peak the most bytes of values and scratch memory that a run held at one time; 0 where
   *     the device does not tell
   */
  public Profile {
    scopes = Collections.unmodifiableMap(new TreeMap<>(scopes));
    operators = Collections.unmodifiableMap(new TreeMap<>(operators));
  }

  /**
   * Reads the file that ONNX Runtime's profiler wrote.
   *
   * @param skipped runs at the beginning that are left out
   * @throws IOException if it cannot be read or is not such a file
   */
  public static Profile read(Path file, int skipped) throws IOException {
    Reader reader = new Reader(skipped);
    try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
      json.nextToken();
      while (json.nextToken() == JsonToken.START_OBJECT) {
        reader.event(json);
      }
    }
    return new Profile(reader.runs, reader.scopes, reader.operators, reader.peak);
  }

  private static final class Reader {
    private final Map<String, Double> scopes = new TreeMap<>();
    private final Map<String, Double> operators = new TreeMap<>();
    private int skipped;
    private int runs;
    private long peak;

    Reader(int skipped) {
      this.skipped = skipped;
    }

    /** An event, whose opening brace was read. */
    void event(JsonParser json) throws IOException {
      String name = "";
      String operator = "";
      double seconds = 0;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String field = json.currentName();
        json.nextToken();
        switch (field) {
          case "name" -> name = json.getText();
          case "dur" -> seconds = json.getLongValue() / 1e6;
          case "args" -> operator = arguments(json);
          default -> json.skipChildren();
        }
      }
      if (name.equals("model_run")) {
        endRun();
      } else if (name.endsWith(KERNEL)) {
        operators.merge(operator, seconds, Double::sum);
        add(name.substring(0, Math.max(name.indexOf('/'), 0)), seconds);
      }
    }

    /** The event of a run stands behind those of its nodes. */
    private void endRun() {
      if (skipped > 0) {
        skipped--;
        scopes.clear();
        operators.clear();
      } else {
        runs++;
      }
    }

    /** Gives the kind of operator. */
    private String arguments(JsonParser json) throws IOException {
      String operator = "";
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String field = json.currentName();
        json.nextToken();
        if (field.equals("op_name")) {
          operator = json.getText();
        } else if (field.equals("mem_in_use_peak")) {
          peak = Math.max(peak, Long.parseLong(json.getText()));
        } else {
          json.skipChildren();
        }
      }
      return operator;
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
