package dev.dovetail.models;

import dev.dovetail.backbones.Backbone;
import dev.dovetail.data.image.Size;
import dev.dovetail.graph.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.heads.BackboneNetwork;
import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.Preset;
import dev.dovetail.runtime.WeightBinding;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.CheckpointException;
import dev.dovetail.weights.Layout;
import dev.dovetail.weights.LoadReport;
import dev.dovetail.weights.Rule;
import dev.dovetail.weights.TensorSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How a checkpoint's keys match a model's parameters. It is read as it is, as the layout that its
 * keys are recognised as, and each of both with the prefix {@code backbone.} put in front of all
 * names (a dense model takes the checkpoint of a backbone alone) or taken off (a classifier takes
 * that of a model around it); the reading that matches most counts.
 *
 * @param report of the best reading
 */
public record CheckpointMatch(Model<?, ?> model, Checkpoint checkpoint, LoadReport report) {

  private static final String BACKBONE = "backbone.";

  /**
   * @throws IOException if a rule of the layout does not suit the checkpoint
   */
  public static CheckpointMatch of(Model<?, ?> model, Checkpoint checkpoint) throws IOException {
    Graph parameters = parameters(model);
    LoadReport best = null;
    for (Layout layout : readings(checkpoint)) {
      LoadReport report = WeightBinding.match(parameters, checkpoint, layout);
      if (best == null || report.matched().size() > best.matched().size()) {
        best = report;
      }
    }
    return new CheckpointMatch(model, checkpoint, best);
  }

  private static List<Layout> readings(Checkpoint checkpoint) throws IOException {
    List<Layout> readings = new ArrayList<>(List.of(Layout.SAME));
    Optional<KnownLayout> known = PartRegistry.load().recognise(checkpoint.tensors().keySet());
    if (known.isPresent()) {
      readings.add(known.get().layout());
    }
    List<Rule> prefixes =
        List.of(
            new Rule.StripPrefix(BACKBONE),
            new Rule.Rename(Pattern.compile("(?!" + BACKBONE + ")(.*)"), BACKBONE + "$1"));
    for (Layout reading : List.copyOf(readings)) {
      for (Rule prefix : prefixes) {
        List<Rule> rules = new ArrayList<>(reading.rules());
        rules.add(prefix);
        readings.add(new Layout(reading.description(), rules));
      }
    }
    return readings;
  }

  /** A small trace: parameters do not depend on the image's size. */
  private static Graph parameters(Model<?, ?> model) {
    int side = 2 * Math.max(model.preprocess().divisor(), 32);
    return ModelGraph.bare(model, 1, new Size(side, side));
  }

  /**
   * The tensors to load, if they are all that is wanted: see {@link LoadReport#requireComplete}.
   *
   * @throws IOException if not; the message lists what differs and what the checkpoint looks like
   */
  public Map<String, TensorSource> requireComplete(boolean allowMissing) throws IOException {
    if (!report.acceptable(allowMissing)) {
      throw new CheckpointException(report.refusal(allowMissing) + lookalike());
    }
    return report.matched();
  }

  /** What kind of backbone the keys are of, and which published variant. */
  private String lookalike() throws IOException {
    PartRegistry registry = PartRegistry.load();
    Optional<KnownLayout> known = registry.recognise(checkpoint.tensors().keySet());
    if (known.isEmpty()) {
      return "";
    }
    KnownLayout layout = known.get();
    Layout.Applied applied = layout.layout().apply(checkpoint.tensors());
    String variant =
        registry.presets().stream()
            .filter(p -> registry.partOf(p.model()).type().equals(layout.family()))
            .filter(p -> holds(p, applied.tensors()))
            .findFirst()
            .map(p -> ", with the shapes of " + p.name())
            .orElse("");
    return System.lineSeparator()
        + "It looks like a checkpoint of a '"
        + layout.family()
        + "' backbone as of "
        + layout.publisher()
        + variant
        + (model.network() instanceof BackboneNetwork<?> network
            ? "; the model's backbone is " + ours(registry, network.backbone())
            : "")
        + ".";
  }

  private static String ours(PartRegistry registry, Backbone backbone) {
    return registry.presets().stream()
        .filter(p -> p.model().equals(backbone))
        .findFirst()
        .map(Preset::name)
        .orElseGet(() -> "a '" + registry.partOf(backbone).type() + "' of " + stages(backbone));
  }

  private static String stages(Backbone backbone) {
    return backbone.stages().stream()
        .map(
            s ->
                "%d blocks of %d channels at stride %d"
                    .formatted(s.blocks(), s.channels(), s.stride()))
        .collect(Collectors.joining(", "));
  }

  /** Whether a variant is a backbone, and the tensors have all its parameters and their shapes. */
  private static boolean holds(Preset preset, Map<String, TensorSource> tensors) {
    if (!(preset.model() instanceof Backbone backbone)) {
      return false;
    }
    int side = 64;
    Trace trace = new Trace();
    Tensor image = trace.input("pixel_values", DType.FLOAT32, 1, 3, side, side);
    backbone.features(trace.root(), image);
    return trace.graph(Map.of()).parameters().stream()
        .allMatch(
            p -> {
              TensorSource found = tensors.get(p.name());
              return found != null
                  && found.shape().stream()
                      .mapToInt(Math::toIntExact)
                      .boxed()
                      .toList()
                      .equals(java.util.Arrays.stream(p.shape().dims()).boxed().toList());
            });
  }
}
