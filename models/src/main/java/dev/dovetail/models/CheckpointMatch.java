package dev.dovetail.models;

import dev.dovetail.backbones.Backbone;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.heads.BackboneNetwork;
import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.Preset;
import dev.dovetail.runtime.WeightBinding;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.InnerModel;
import dev.dovetail.weights.LoadReport;
import dev.dovetail.weights.layouts.Layout;
import dev.dovetail.weights.layouts.Rule;
import dev.dovetail.weights.tensors.CheckpointException;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Matches a checkpoint's keys to a model's parameters. The keys are tried unchanged and converted
 * by the recognized layouts of parts. Each variant is also tried with the prefix {@code backbone.}
 * added, so that a dense model can load the checkpoint of a backbone, and with it removed, so that
 * a classifier can load the checkpoint of a dense model. The variant with the most matches is used.
 * If it is incomplete, the same is tried below the prefixes that wrapper modules use for the model.
 *
 * @param inner the prefix of the model in the checkpoint
 * @param report the report of the best variant
 */
public record CheckpointMatch(
    Model<?, ?> model, Checkpoint checkpoint, InnerModel inner, LoadReport report) {

  private static final String BACKBONE = "backbone.";

  /**
   * @throws IOException if a rule of the layout cannot be applied to the checkpoint
   */
  public static CheckpointMatch of(Model<?, ?> model, Checkpoint checkpoint) throws IOException {
    return of(model, parameters(model), checkpoint);
  }

  /**
   * Matches the checkpoint to another set of parameters of the model, such as that of training.
   *
   * @param parameters a graph of the model with these parameters
   * @throws IOException if a rule of the layout cannot be applied to the checkpoint
   */
  public static CheckpointMatch of(Model<?, ?> model, Graph parameters, Checkpoint checkpoint)
      throws IOException {
    InnerModel whole = new InnerModel("", List.of(), List.of());
    CheckpointMatch best = of(model, parameters, checkpoint, whole);
    if (best.report.complete()) {
      return best;
    }
    for (InnerModel inner : InnerModel.candidates(checkpoint)) {
      try {
        CheckpointMatch match = of(model, parameters, checkpoint, inner);
        best = match.isMostly(inner) && match.fits(best) ? match : best;
      } catch (CheckpointException e) {
        continue; // there cannot be a model below these names
      }
    }
    return best;
  }

  private static CheckpointMatch of(
      Model<?, ?> model, Graph parameters, Checkpoint checkpoint, InnerModel inner)
      throws IOException {
    Layout there = new Layout("", inner.rules());
    LoadReport best = WeightBinding.match(parameters, checkpoint, there);
    if (best.complete()) {
      return new CheckpointMatch(model, checkpoint, inner, best);
    }
    for (Layout layout : readings(checkpoint, there)) {
      LoadReport report = WeightBinding.match(parameters, checkpoint, layout);
      if (report.matched().size() > best.matched().size()) {
        best = report;
      }
      if (best.complete()) {
        break; // no other variant can match more
      }
    }
    return new CheckpointMatch(model, checkpoint, inner, best);
  }

  /** Returns whether most tensors below the prefix belong to the model. */
  private boolean isMostly(InnerModel there) {
    return 2 * report.matched().size() >= there.size(checkpoint);
  }

  /** Returns whether more parameters match, or as many with fewer unmatched keys. */
  private boolean fits(CheckpointMatch other) {
    int more = report.matched().size() - other.report.matched().size();
    return more > 0 || more == 0 && report.complete() && !other.report.complete();
  }

  /** Returns the rules to try after those for the prefix of the model. */
  private static List<Layout> readings(Checkpoint checkpoint, Layout there) throws IOException {
    List<Layout> readings = new ArrayList<>(List.of(there));
    PartRegistry.load()
        .layoutsOf(there.apply(checkpoint.tensors()).tensors())
        .forEach(known -> readings.add(there.then(known)));
    List<Rule> prefixes =
        List.of(
            new Rule.StripPrefix(BACKBONE),
            new Rule.Rename(Pattern.compile("(?!" + BACKBONE + ")(.*)"), BACKBONE + "$1"));
    for (Layout reading : List.copyOf(readings)) {
      for (Rule prefix : prefixes) {
        readings.add(reading.then(new Layout("", List.of(prefix))));
      }
    }
    return readings;
  }

  /** Parameters do not depend on the image's size, but a model may reject small images. */
  private static Graph parameters(Model<?, ?> model) {
    return ModelGraph.bare(model, 1, model.task().inputSize(model.preprocess()));
  }

  /**
   * Returns the tensors to load if they are complete; see {@link LoadReport#requireComplete}.
   *
   * @throws IOException if they are incomplete; the message lists the differences and describes the
   *     checkpoint
   */
  public Map<String, TensorSource> requireComplete(boolean allowMissing) throws IOException {
    if (!report.acceptable(allowMissing)) {
      throw new CheckpointException(report.refusal(allowMissing) + choice() + lookalike());
    }
    return report.matched();
  }

  private String choice() {
    return inner.prefix().isEmpty()
        ? ""
        : System.lineSeparator()
            + String.format(
                Locale.ROOT,
                "The model's tensors are below '%s'; --weights-key %s ignores all others.",
                inner.prefix(),
                key(inner.prefix()));
  }

  /** Returns the value of the option for the tensors below a prefix. */
  private String key(String prefix) {
    return checkpoint.key().isEmpty() ? prefix : checkpoint.key() + "." + prefix;
  }

  /**
   * Returns notes for the user about how the checkpoint was read, one per line.
   *
   * @throws IOException never in practice, since everything has been read before
   */
  public List<String> notes() throws IOException {
    List<String> notes = new ArrayList<>();
    List<String> others = new ArrayList<>(checkpoint.otherKeys());
    inner.others().forEach(other -> others.add(key(other)));
    String taken = inner.prefix().isEmpty() ? checkpoint.key() : key(inner.prefix());
    if (!others.isEmpty()) {
      notes.add(
          String.format(
              Locale.ROOT,
              "%s contains several sets of weights: %s used, not %s (select one with"
                  + " --weights-key)",
              checkpoint.path(),
              taken.isEmpty() ? "those without a key are" : "'" + taken + "' is",
              quoted(others)));
    }
    Set<String> dropped = new LinkedHashSet<>(checkpoint.droppedFromNames());
    if (!inner.prefix().isEmpty()) {
      dropped.add(inner.prefix() + ".");
    }
    if (!dropped.isEmpty()) {
      notes.add(checkpoint.path() + ": removed from the names: " + quoted(dropped));
    }
    Map<String, String> leftOut = new HashMap<>(checkpoint.leftOut());
    leftOut.putAll(new Layout("", inner.rules()).apply(checkpoint.tensors()).dropped());
    inner.others().forEach(o -> leftOut.keySet().removeIf(name -> name.startsWith(o + ".")));
    Map<String, Integer> reasons = new TreeMap<>();
    leftOut.values().forEach(reason -> reasons.merge(reason, 1, Integer::sum));
    reasons.forEach(
        (reason, n) ->
            notes.add(
                String.format(Locale.ROOT, "%s: %d ignored: %s", checkpoint.path(), n, reason)));
    return notes;
  }

  private static String quoted(Collection<String> texts) {
    return texts.stream().map(t -> "'" + t + "'").collect(Collectors.joining(", "));
  }

  /** Describes the type and the published variant of the backbone that the keys belong to. */
  private String lookalike() throws IOException {
    PartRegistry registry = PartRegistry.load();
    Optional<KnownLayout.Fit> fit = registry.recognise(checkpoint.tensors().keySet());
    if (fit.isEmpty()) {
      return "";
    }
    KnownLayout layout = fit.get().known();
    Layout.Applied applied = fit.get().alone().apply(checkpoint.tensors());
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
                String.format(
                    Locale.ROOT,
                    "%d blocks of %d channels at stride %d",
                    s.blocks(),
                    s.channels(),
                    s.stride()))
        .collect(Collectors.joining(", "));
  }

  /**
   * Returns whether a variant is a backbone and the tensors include all its parameters with the
   * same shapes.
   */
  private static boolean holds(Preset preset, Map<String, TensorSource> tensors) {
    if (!(preset.model() instanceof Backbone backbone)) {
      return false;
    }
    int side = preset.size(); // a model may reject small images
    Trace trace = new Trace();
    Tensor image = trace.input("pixel_values", DType.FLOAT32, 1, 3, side, side);
    backbone.features(trace.root(), image);
    return trace.graph(Map.of()).parameters().stream()
        .allMatch(
            p -> {
              TensorSource tensor = tensors.get(p.name());
              return tensor != null
                  && tensor.shape().stream()
                      .mapToInt(Math::toIntExact)
                      .boxed()
                      .toList()
                      .equals(java.util.Arrays.stream(p.shape().dims()).boxed().toList());
            });
  }
}
