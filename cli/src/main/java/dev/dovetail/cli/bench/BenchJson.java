package dev.dovetail.cli.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.cli.bench.BenchResult.BatchProfile;
import dev.dovetail.cli.bench.BenchResult.Failure;
import dev.dovetail.internal.Version;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Profile;
import java.util.Map;
import java.util.OptionalLong;

/** The results of a benchmark as JSON with full precision. docs/bench.md documents the fields. */
public final class BenchJson {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String BATCH = "batch";

  private BenchJson() {}

  public static ObjectNode of(BenchSettings settings, BenchResult result) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("device", settings.runtime().device().toString());
    document.put("precision", settings.runtime().precision().label());
    document.put("threads", settings.threads());
    document.put("runs", settings.runs());
    document.put("warmup", settings.warmup());
    document.put("stopped", result.stopped());
    document.put("dovetail", Version.dovetail());
    document.put("onnxruntime", Plan.runtimeVersion());
    ObjectNode models = document.putObject("models");
    result.models().forEach((name, model) -> write(models.putObject(name), model));
    document.putArray("results");
    for (Measurement m : result.measurements()) {
      write(document.withArray("results").addObject(), m, result);
    }
    document.putArray("failed");
    for (Failure failure : result.failures()) {
      ObjectNode node = document.withArray("failed").addObject().put("model", failure.model());
      failure.batch().ifPresent(batch -> node.put(BATCH, batch));
      node.put("reason", failure.problem().sentence());
    }
    return document;
  }

  private static void write(ObjectNode node, BenchResult.Model model) {
    node.put("config_sha256", model.config());
    node.put("weights", model.weights().orElse(null));
    model
        .accuracy()
        .ifPresent(
            report -> {
              try {
                node.set("accuracy", JSON.readTree(report.json()));
              } catch (JsonProcessingException e) {
                throw new IllegalStateException("an evaluation's JSON is damaged", e);
              }
            });
    for (BatchProfile profile : model.profiles()) {
      write(node.withArray("profiles").addObject().put(BATCH, profile.batch()), profile.profile());
    }
  }

  private static void write(ObjectNode node, Profile profile) {
    node.put("runs", profile.runs());
    write(node.putObject("scopes_ms"), profile.scopes(), profile.runs());
    write(node.putObject("operators_ms"), profile.operators(), profile.runs());
  }

  private static void write(ObjectNode node, Map<String, Double> seconds, int runs) {
    seconds.forEach((name, all) -> put(node, name, 1e3 * all / runs));
  }

  private static void write(ObjectNode node, Measurement m, BenchResult result) {
    Timings t = m.timings();
    node.put("model", m.model()).put(BATCH, m.batch());
    node.withArray("size").add(m.size().height()).add(m.size().width());
    node.put("parameters", m.work().parameters());
    put(node, "macs", m.macs());
    node.put("macs_are_partial", m.work().partial());
    node.put("runs", t.runs());
    ObjectNode latency = node.putObject("latency_ms");
    put(latency, "mean", t.mean());
    put(latency, "p50", t.percentile(50));
    put(latency, "p95", t.percentile(95));
    put(latency, "p99", t.percentile(99));
    for (double each : t.milliseconds()) {
      latency.withArray("all").add(each);
    }
    put(node, "images_per_second", m.imagesPerSecond());
    put(node, "flops_per_second", m.operationsPerSecond());
    put(node, "ceiling_flops_per_second", m.ceiling());
    put(node, "share_of_ceiling", m.shareOfCeiling());
    put(
        node,
        "ratio_to_first",
        result.reference(m).map(r -> t.ratio(r.timings())).orElse(Double.NaN));
    put(node, "host_bytes", m.memory().host());
    put(node, "device_bytes", m.memory().device());
    ObjectNode first = node.putObject("first_result_seconds");
    put(first, "total", m.first().total());
    put(first, "open", m.first().open());
    put(first, "trace", m.first().trace());
    put(first, "compile", m.first().compile());
    put(first, "run", m.first().run());
  }

  /** Returns a number, or null if there is none. */
  private static void put(ObjectNode node, String name, double value) {
    node.put(name, Double.isFinite(value) ? Double.valueOf(value) : null);
  }

  private static void put(ObjectNode node, String name, OptionalLong value) {
    node.put(name, value.isPresent() ? Long.valueOf(value.getAsLong()) : null);
  }
}
