package dev.dovetail.train.checkpoint;

import dev.dovetail.graph.Graph;
import dev.dovetail.models.CheckpointMatch;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.train.engine.Parameters;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.LoadReport;
import dev.dovetail.weights.LoadReport.Mismatch;
import dev.dovetail.weights.tensors.CheckpointException;
import dev.dovetail.weights.tensors.NotFinite;
import dev.dovetail.weights.tensors.Shapes;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Initializes the parameters of a training run from a checkpoint. */
public final class InitialWeights {

  /** A component of a name that is a number. */
  private static final Pattern NUMBER = Pattern.compile("(?<=\\.)\\d+(?=\\.|$)");

  private InitialWeights() {}

  /**
   * Sets the parameters that the checkpoint contains. The others keep their initial values: missing
   * parts, such as the head if the checkpoint contains a backbone only, and classification layers
   * if the checkpoint has another number of classes. The checkpoint may have any layout and prefix
   * that {@link CheckpointMatch} supports.
   *
   * @param config the config of the model
   * @param graph its training graph
   * @param parameters the parameters of that graph, with initial values
   * @param checkpoint a file, or a directory that contains one checkpoint
   * @param key the key of the set of weights, if the checkpoint contains several sets
   * @return notes for the user, one sentence each: how many parameters were loaded, and which ones
   *     were reinitialized or ignored
   * @throws IOException if the checkpoint cannot be read, has no parameter of the model, has a
   *     parameter of another shape for a reason other than the number of classes, or has a
   *     non-finite value. The message lists the problems. The parameters are then unchanged, unless
   *     reading failed midway
   */
  public static List<String> read(
      ModelConfig config, Graph graph, Parameters parameters, Path checkpoint, Optional<String> key)
      throws IOException {
    try (Checkpoint opened = Checkpoint.open(checkpoint, key)) {
      CheckpointMatch match = CheckpointMatch.of(config.model(), graph, opened);
      LoadReport report = match.report();
      ClassLayers layers =
          report.mismatched().isEmpty()
              ? new ClassLayers(config.model().network().classes(), Map.of())
              : ClassLayers.of(config, graph);
      List<Mismatch> reinitialized = report.mismatched().stream().filter(layers::has).toList();
      OptionalLong classes = layers.classesOf(reinitialized);
      if (classes.isEmpty()) {
        reinitialized = List.of();
      }
      Map<String, TensorSource> taken = taken(config, match, reinitialized);
      for (TensorSource tensor : taken.values()) {
        requireFinite(checkpoint, tensor);
      }
      for (Map.Entry<String, TensorSource> entry : taken.entrySet()) {
        TensorMemory.read(entry.getValue(), parameters.value(entry.getKey()));
      }
      List<String> notes = new ArrayList<>(match.notes());
      int expected = taken.size() + report.missing().size() + report.mismatched().size();
      notes.add(checkpoint + ": " + taken.size() + " of " + expected + " parameters were loaded");
      for (Mismatch layer : reinitialized) {
        notes.add(
            "'"
                + layer.wanted().name()
                + "' was reinitialized: its shape is "
                + Shapes.text(layer.found().shape())
                + " in the file, for "
                + classes.getAsLong()
                + " classes, and "
                + Shapes.text(layer.wanted().shape())
                + " in the model, for "
                + layers.classes());
      }
      parts(report.missing().stream().map(p -> p.name()), taken.keySet())
          .ifPresent(names -> notes.add("initialized, because the file lacks them: " + names));
      parts(report.unexpected().stream().map(TensorSource::name), taken.keySet())
          .ifPresent(names -> notes.add("ignored, because the model lacks them: " + names));
      return notes;
    }
  }

  /**
   * Returns the tensors to load, if the number of classes and missing parts are the only
   * differences.
   */
  private static Map<String, TensorSource> taken(
      ModelConfig config, CheckpointMatch match, List<Mismatch> reinitialized) throws IOException {
    LoadReport report = match.report();
    List<Mismatch> others = new ArrayList<>(report.mismatched());
    others.removeAll(reinitialized);
    LoadReport rest =
        new LoadReport(
            report.source(),
            report.matched(),
            report.missing(),
            report.unexpected(),
            others,
            report.unused());
    try {
      return new CheckpointMatch(match.model(), match.checkpoint(), match.inner(), rest)
          .requireComplete(true);
    } catch (CheckpointException e) {
      boolean grid =
          others.stream().anyMatch(InitialWeights::hasAnotherGrid)
              && config.resolved().path("backbone").has("pretrainSize");
      throw grid
          ? new CheckpointException(
              e.getMessage()
                  + System.lineSeparator()
                  + "Position embeddings have another grid: set backbone.pretrainSize to the size of"
                  + " the images that the checkpoint was trained with, and the model resizes them.")
          : e;
    }
  }

  /**
   * Returns whether position embeddings [1, positions, channels] differ in the number of positions.
   */
  private static boolean hasAnotherGrid(Mismatch mismatch) {
    List<Long> expected = mismatch.wanted().shape();
    List<Long> actual = mismatch.found().shape();
    return mismatch.wanted().name().endsWith("pos_embed")
        && expected.size() == 3
        && actual.size() == 3
        && expected.get(2).equals(actual.get(2));
  }

  private static void requireFinite(Path checkpoint, TensorSource tensor) throws IOException {
    Optional<NotFinite> found = NotFinite.in(tensor, tensor.type());
    if (found.isPresent() && !found.get().onlyMinusInfinity()) {
      throw new CheckpointException(
          checkpoint, "cannot be used to start training: " + found.get().sentence());
    }
  }

  /**
   * Groups names by the part that they belong to, with the number of names in each: the shortest
   * prefix that no loaded name has, with numbers replaced by {@code *}. Empty if there are no
   * names.
   */
  private static Optional<String> parts(Stream<String> names, Set<String> taken) {
    Set<String> begun = new HashSet<>();
    taken.forEach(name -> begun.addAll(FrozenParts.beginnings(name)));
    Map<String, Integer> parts = new TreeMap<>();
    names.forEach(
        name -> {
          String part =
              FrozenParts.beginnings(name).stream()
                  .filter(b -> !begun.contains(b))
                  .findFirst()
                  .orElse(name);
          parts.merge(NUMBER.matcher(part).replaceAll("*"), 1, Integer::sum);
        });
    return parts.isEmpty()
        ? Optional.empty()
        : Optional.of(
            parts.entrySet().stream()
                .map(e -> e.getKey() + (e.getValue() > 1 ? " (" + e.getValue() + ")" : ""))
                .collect(Collectors.joining(", ")));
  }
}
