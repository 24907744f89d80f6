package dev.dovetail.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.cli.console.JsonOption;
import dev.dovetail.cli.console.ModelNames;
import dev.dovetail.eval.TextTable;
import dev.dovetail.files.DidYouMean;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Cost;
import dev.dovetail.internal.NamedModel;
import dev.dovetail.models.BuiltInModel;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.models.PresetConfig;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Preset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists the models, configs, presets and parts that are available by name. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Lists everything that is available by name: built-in models, the configs in configs/ and"
          + " where to download their usual weights, presets of backbones and whole networks, and"
          + " the parts that configs can name. Parameters and multiply-accumulates are counted by"
          + " Dovetail at the network's input size (presets count norms, as timm's tables do).",
      "",
      "published: whether the count agrees with the publisher's figures (parameters within 0.1 %%,"
          + " multiply-accumulates within 2 %%); unverified: the publisher gives no figures.",
      ""
    },
    footer = {"", "Example:", "  dovetail list swin"})
final class ListCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "WORD",
      description = "list only names that contain this word")
  private String word = "";

  @Mixin private JsonOption json;

  /** A preset and its cost with a classification head. */
  private record Counted(Preset preset, String type, Cost cost) {

    static Counted of(Preset preset, PartRegistry registry) {
      ModelConfig config = ModelConfig.of(PresetConfig.of(preset), registry);
      Size size = new Size(preset.size(), preset.size());
      Cost cost = Cost.perScope(ModelGraph.bare(config.model(), 1, size)).get("");
      return new Counted(preset, registry.partOf(preset.model()).type(), cost);
    }

    String verdict() {
      return preset
          .published()
          .map(p -> p.agrees(cost) ? "agrees" : "differs")
          .orElse("unverified");
    }
  }

  /** A config and the cost of its model. */
  private record Configured(String name, Size size, Cost cost, Optional<String> weights) {

    static Configured of(String name) {
      try {
        ModelConfig config = NamedModel.find(name, List.of(), note -> {}).config();
        Model<?, ?> model = config.model();
        Size size = model.task().inputSize(model.preprocess());
        Cost cost = Cost.perScope(ModelGraph.bare(model, 1, size)).get("");
        return new Configured(name, size, cost, config.weights());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public Integer call() throws IOException {
    json.check();
    PartRegistry registry = PartRegistry.load();
    List<Part<?>> parts = registry.parts().stream().filter(p -> p.type().contains(word)).toList();
    List<Counted> variants =
        registry.presets().parallelStream()
            .filter(p -> p.name().contains(word) || registry.partOf(p.model()).type().equals(word))
            .map(p -> Counted.of(p, registry))
            .toList();
    List<BuiltInModel> models =
        BuiltInModel.all().stream().filter(m -> m.name().contains(word)).toList();
    List<Configured> configs =
        NamedModel.configNames().parallelStream()
            .filter(name -> name.contains(word) && !hasWeights(name, models))
            .map(Configured::of)
            .toList();
    ObjectNode document = document(parts, variants, configs);
    models.forEach(
        m ->
            document
                .withArray("models")
                .addObject()
                .put("name", m.name())
                .put("weights", m.weights().isPresent()));
    json.report(text(parts, models, variants, configs), document);
    return Main.OK;
  }

  private static boolean hasWeights(String name, List<BuiltInModel> models) {
    return models.stream().anyMatch(m -> m.name().equals(name));
  }

  private String text(
      List<Part<?>> parts,
      List<BuiltInModel> builtIn,
      List<Counted> variants,
      List<Configured> configs) {
    List<String> lines = new ArrayList<>();
    if (!builtIn.isEmpty()) {
      lines.add("Models that include their weights, available by name:");
      builtIn.forEach(
          m -> lines.add("  " + m.name() + (m.weights().isPresent() ? "" : " (without weights)")));
      lines.add("");
    }
    if (!configs.isEmpty()) {
      lines.add(
          "Configs, available by name with --weights, and where to download their usual weights:");
      lines.addAll(table(configs));
      lines.add("");
    }
    if (!variants.isEmpty()) {
      lines.add(
          "Presets of backbones and networks, for the key 'type' of configs, and the origin and"
              + " license of");
      lines.add("their code and weights. A backbone's preset is also a classifier by name:");
      lines.addAll(presets(variants));
      lines.add("");
    }
    for (Part.Kind kind : Part.Kind.values()) {
      String names =
          parts.stream()
              .filter(p -> p.kind() == kind)
              .map(Part::type)
              .collect(Collectors.joining(", "));
      if (!names.isEmpty()) {
        lines.add("Parts available in configs as " + kind.section() + ": " + names);
      }
    }
    if (lines.isEmpty()) {
      lines.add("no name contains '" + word + "'" + hint());
    }
    return JsonOption.text(lines);
  }

  /** Returns a suggestion for a misspelled name. */
  private String hint() {
    PartRegistry registry = PartRegistry.load();
    List<String> known = new ArrayList<>();
    registry.parts().forEach(p -> known.add(p.type()));
    registry.presets().forEach(p -> known.add(p.name()));
    new ModelNames().forEach(known::add);
    return DidYouMean.near(word, known);
  }

  private static List<String> table(List<Configured> configs) {
    TextTable table =
        TextTable.wide(List.of("config", "parameters (M)", "size", "GMAC", "usual weights"));
    for (Configured c : configs) {
      table.add(
          List.of(
              c.name(),
              String.format(Locale.ROOT, "%.2f", c.cost().parameters() / 1e6),
              c.size().height() + "x" + c.size().width(),
              String.format(Locale.ROOT, "%.2f", c.cost().macs() / 1e9),
              c.weights().orElse("-")));
    }
    return table.lines();
  }

  private static List<String> presets(List<Counted> variants) {
    TextTable table =
        TextTable.wide(
            List.of("preset", "type", "parameters (M)", "size", "GMAC", "published", "source"));
    for (Counted v : variants) {
      table.add(
          List.of(
              v.preset().name(),
              v.type(),
              String.format(Locale.ROOT, "%.2f", v.cost().parameters() / 1e6),
              Integer.toString(v.preset().size()),
              String.format(Locale.ROOT, "%.2f", v.cost().macsWithNorms() / 1e9),
              v.verdict(),
              v.preset().source()));
    }
    return table.lines();
  }

  private static ObjectNode document(
      List<Part<?>> parts, List<Counted> variants, List<Configured> configs) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    for (Part<?> part : parts) {
      document.withArray(part.kind().section()).add(part.type());
    }
    ArrayNode list = document.putArray("variants");
    for (Counted v : variants) {
      ObjectNode entry = list.addObject();
      entry.put("name", v.preset().name());
      entry.put("type", v.type());
      entry.put("classes", v.preset().classes());
      entry.put("size", v.preset().size());
      entry.put("parameters", v.cost().parameters());
      entry.put("macs", v.cost().macsWithNorms());
      v.preset()
          .published()
          .ifPresent(
              p ->
                  entry
                      .putObject("published")
                      .put("parameters_millions", p.parameters())
                      .put("macs_billions", p.macs()));
      entry.put("verdict", v.verdict());
      entry.put("source", v.preset().source());
    }
    ArrayNode models = document.putArray("configs");
    for (Configured c : configs) {
      ObjectNode entry = models.addObject().put("name", c.name());
      entry.withArray("size").add(c.size().height()).add(c.size().width());
      entry.put("parameters", c.cost().parameters()).put("macs", c.cost().macs());
      c.weights().ifPresent(where -> entry.put("weights", where));
    }
    return document;
  }
}
