package dev.dovetail.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.TrainingOptions;
import dev.dovetail.eval.report.Page;
import dev.dovetail.eval.report.TrainingSections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The HTML report of a training run. */
final class TrainingPage {

  private TrainingPage() {}

  /** Writes the report of the run so far. */
  static Page of(TrainingOptions options, Setup setup, TrainingLog log) {
    Map<String, String> about = new LinkedHashMap<>();
    about.put("model", options.model());
    about.put("images", options.data().images().toString());
    about.put("annotations", options.data().annotations().toString());
    options.validation().ifPresent(v -> about.put("validation", v.annotations().toString()));
    options.start().weights().ifPresent(w -> about.put("initial weights", w.toString()));
    Map<String, String> recipe = new LinkedHashMap<>();
    flatten("", setup.recipe().toJson(), recipe);
    return new Page(
        "Training",
        about,
        TrainingSections.of(log.history(setup.steps(), setup.objective().metric(), recipe)));
  }

  private static void flatten(String name, JsonNode node, Map<String, String> into) {
    if (node.isObject()) {
      node.fields()
          .forEachRemaining(
              e ->
                  flatten(
                      name.isEmpty() ? e.getKey() : name + "." + e.getKey(), e.getValue(), into));
    } else {
      into.put(name, node.isTextual() ? node.asText() : node.toString());
    }
  }
}
