package dev.dovetail.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.eval.TextTable;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Cost;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelGraph;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The cost of a model at one input size.
 *
 * @param scopes the cost of every scope including its sub-scopes; the whole model has the empty
 *     name
 * @param tested the same without heads that are used only in training
 */
public record ModelCost(Size size, Map<String, Cost> scopes, Map<String, Cost> tested) {

  private static final String TRAINING = " (training only)";

  /**
   * @throws IllegalArgumentException if the model does not support the size
   */
  public static ModelCost of(Model<?, ?> model, Size size) {
    return new ModelCost(
        size,
        Cost.perScope(ModelGraph.training(model, 1, size)),
        Cost.perScope(ModelGraph.bare(model, 1, size)));
  }

  private Cost whole() {
    return scopes.get("");
  }

  private Cost atTest() {
    return tested.get("");
  }

  /** Returns a table of the scopes down to a depth, as a tree, with totals. */
  public String table(int depth) {
    TextTable table = new TextTable(List.of("scope", "parameters", "GMAC"));
    scopes.forEach(
        (scope, cost) -> {
          int level = scope.isEmpty() ? 0 : scope.split("\\.").length;
          if (level >= 1 && level <= depth) {
            String name = "  ".repeat(level - 1) + scope.substring(scope.lastIndexOf('.') + 1);
            boolean training = level == 1 && !tested.containsKey(scope);
            table.add(row(training ? name + TRAINING : name, cost));
          }
        });
    if (!whole().equals(atTest())) {
      table.add(row("at test", atTest()));
    }
    table.add(row("whole model", whole()));
    // The number of regions is only known at run time.
    String note =
        scopes.containsKey("roi_head")
            ? "roi_head: multiply-accumulates of a single region" + System.lineSeparator()
            : "";
    return "input "
        + size.height()
        + "x"
        + size.width()
        + System.lineSeparator()
        + System.lineSeparator()
        + table.text()
        + note;
  }

  private static List<String> row(String name, Cost cost) {
    return List.of(
        name,
        String.format(Locale.ROOT, "%,d", cost.parameters()),
        String.format(Locale.ROOT, "%.3f", cost.macs() / 1e9));
  }

  public void writeTo(ObjectNode document) {
    document.withArray("size").add(size.height()).add(size.width());
    write(document.putObject("whole"), whole());
    write(document.putObject("at_test"), atTest());
    ObjectNode all = document.putObject("scopes");
    scopes.forEach(
        (scope, cost) -> {
          if (!scope.isEmpty()) {
            write(all.putObject(scope), cost);
          }
        });
  }

  private static void write(ObjectNode json, Cost cost) {
    json.put("parameters", cost.parameters());
    json.put("macs", cost.macs());
  }
}
