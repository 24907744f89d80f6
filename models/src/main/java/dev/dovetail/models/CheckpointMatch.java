package dev.dovetail.models;

import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Preset;
import dev.dovetail.data.image.Size;
import dev.dovetail.graph.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.heads.BackboneNetwork;
import dev.dovetail.runtime.WeightBinding;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.CheckpointException;
import dev.dovetail.weights.KnownLayout;
import dev.dovetail.weights.Layout;
import dev.dovetail.weights.LoadReport;
import dev.dovetail.weights.Rule;
import dev.dovetail.weights.TensorSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
    Optional<KnownLayout> known = KnownLayout.recognise(checkpoint.tensors().keySet());
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
    Optional<KnownLayout> known = KnownLayout.recognise(checkpoint.tensors().keySet());
    if (known.isEmpty()) {
      return "";
    }
    PartRegistry registry = PartRegistry.load();
    KnownLayout layout = known.get();
    Layout.Applied applied = layout.layout().apply(checkpoint.tensors());
    String variant =
        registry.presets().stream()
            .filter(p -> registry.typeOf(p.backbone()).equals(layout.family()))
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
        .filter(p -> p.backbone().equals(backbone))
        .findFirst()
        .map(Preset::name)
        .orElseGet(() -> "a '" + registry.typeOf(backbone) + "' of " + stages(backbone));
  }

  private static String stages(Backbone backbone) {
    return backbone.stages().stream()
        .map(
            s ->
                String.format(
                    Locale.ROOT,
                    "%d blocks of %d channels at stride %d",
                    s.blocks(),
                    s.channels(),
                    s.stride()))
        .collect(Collectors.joining(", "));
  }

  /** Whether the tensors have all parameters of a variant's backbone, with their shapes. */
  private static boolean holds(Preset preset, Map<String, TensorSource> tensors) {
    int side = 64;
    Trace trace = new Trace();
    Tensor image = trace.input("pixel_values", DType.FLOAT32, 1, 3, side, side);
    preset.backbone().features(trace.root(), image);
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
