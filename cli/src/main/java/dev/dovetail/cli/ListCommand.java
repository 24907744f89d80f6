package dev.dovetail.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.cli.console.JsonOption;
import dev.dovetail.eval.TextTable;
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
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What there is to build models of. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Lists the built-in models, the parts that configs can name, and the published variants of the"
          + " backbones and whole networks with the parameters and multiply-accumulates that they are"
          + " counted to have here (norms included, as timm's tables have them), and the same of the"
          + " models below configs/, at the size of their images.",
      "",
      "published: whether the publisher's figures agree (parameters within 0.1 %%, multiply-"
          + "accumulates within 2 %%); unverified: there are none to compare with.",
      ""
    },
    footer = {"", "Example:", "  dovetail list swin"})
final class ListCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "WORD",
      description = "only what has this word in its name")
  private String word = "";

  @Mixin private JsonOption json;

  /** A variant and what it costs with its classification head. */
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

  /** A config and what its model costs. */
  private record Configured(String name, Size size, Cost cost) {

    static Configured of(String name) {
      try {
        Model<?, ?> model = NamedModel.find(name, List.of(), note -> {}).config().model();
        Size size = model.task().inputSize(model.preprocess());
        return new Configured(name, size, Cost.perScope(ModelGraph.bare(model, 1, size)).get(""));
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
            .filter(name -> name.contains(word))
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

  private static String text(
      List<Part<?>> parts,
      List<BuiltInModel> builtIn,
      List<Counted> variants,
      List<Configured> configs) {
    List<String> lines = new ArrayList<>();
    if (!builtIn.isEmpty()) {
      lines.add(
          "built-in models: "
              + builtIn.stream()
                  .map(m -> m.name() + (m.weights().isPresent() ? "" : " (without weights)"))
                  .collect(Collectors.joining(", ")));
    }
    for (Part.Kind kind : Part.Kind.values()) {
      String names =
          parts.stream()
              .filter(p -> p.kind() == kind)
              .map(Part::type)
              .collect(Collectors.joining(", "));
      if (!names.isEmpty()) {
        lines.add(kind.section() + ": " + names);
      }
    }
    TextTable table =
        new TextTable(
            List.of("variant", "type", "parameters (M)", "size", "GMAC", "published", "source"));
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
    if (!variants.isEmpty()) {
      lines.add("");
      lines.addAll(table.lines());
    }
    TextTable models = new TextTable(List.of("config", "parameters (M)", "size", "GMAC"));
    for (Configured c : configs) {
      models.add(
          List.of(
              c.name(),
              String.format(Locale.ROOT, "%.2f", c.cost().parameters() / 1e6),
              c.size().height() + "x" + c.size().width(),
              String.format(Locale.ROOT, "%.2f", c.cost().macs() / 1e9)));
    }
    if (!configs.isEmpty()) {
      lines.add("");
      lines.addAll(models.lines());
    }
    return JsonOption.text(lines);
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
    }
    return document;
  }
}
