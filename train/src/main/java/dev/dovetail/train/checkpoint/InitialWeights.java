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

/** Starts a training with the parameters that a checkpoint has. */
public final class InitialWeights {

  /** A word of a name that is a number. */
  private static final Pattern NUMBER = Pattern.compile("(?<=\\.)\\d+(?=\\.|$)");

  private InitialWeights() {}

  /**
   * Sets the parameters that a checkpoint has; the others stay as they were initialised. These are
   * parts that it lacks, such as the heads where it is of a backbone alone, and the layers that
   * classify where it is of a model with another number of classes. The checkpoint is read in every
   * layout and with every prefix that {@link CheckpointMatch} knows.
   *
   * @param config of the model
   * @param graph of its training
   * @param parameters of that graph, with initial values
   * @param checkpoint a file, or a folder that holds one checkpoint
   * @param key where in the checkpoint the weights are, if it has several sets
   * @return what a user should know, a sentence each: how many parameters were taken, and which are
   *     reinitialised or left out
   * @throws IOException if it cannot be read, nothing of it is the model's, a parameter has another
   *     shape that classes do not explain, or one is not finite; the message lists them, and the
   *     parameters are then as they were, unless the file could no longer be read on the way
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
      List<Mismatch> anew = report.mismatched().stream().filter(layers::has).toList();
      OptionalLong classes = layers.classesOf(anew);
      if (classes.isEmpty()) {
        anew = List.of();
      }
      Map<String, TensorSource> taken = taken(config, match, anew);
      for (TensorSource tensor : taken.values()) {
        requireFinite(checkpoint, tensor);
      }
      for (Map.Entry<String, TensorSource> entry : taken.entrySet()) {
        TensorMemory.read(entry.getValue(), parameters.value(entry.getKey()));
      }
      List<String> notes = new ArrayList<>(match.notes());
      int wanted = taken.size() + report.missing().size() + report.mismatched().size();
      notes.add(checkpoint + ": " + taken.size() + " of " + wanted + " parameters are loaded");
      for (Mismatch layer : anew) {
        notes.add(
            "'"
                + layer.wanted().name()
                + "' is reinitialised: it is "
                + Shapes.text(layer.found().shape())
                + " in the file, for "
                + classes.getAsLong()
                + " classes, and "
                + Shapes.text(layer.wanted().shape())
                + " in the model, for "
                + layers.classes());
      }
      parts(report.missing().stream().map(p -> p.name()), taken.keySet())
          .ifPresent(names -> notes.add("initialised, since the file lacks them: " + names));
      parts(report.unexpected().stream().map(TensorSource::name), taken.keySet())
          .ifPresent(names -> notes.add("left out, since the model has no such names: " + names));
      return notes;
    }
  }

  /** The tensors that are taken, if nothing but classes and missing parts is the difference. */
  private static Map<String, TensorSource> taken(
      ModelConfig config, CheckpointMatch match, List<Mismatch> anew) throws IOException {
    LoadReport report = match.report();
    List<Mismatch> others = new ArrayList<>(report.mismatched());
    others.removeAll(anew);
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
                  + "Position embeddings of another grid: set backbone.pretrainSize to the size of"
                  + " the images that the checkpoint was trained with; the model resizes them.")
          : e;
    }
  }

  /** Position embeddings are [1, positions, channels]. */
  private static boolean hasAnotherGrid(Mismatch mismatch) {
    List<Long> wanted = mismatch.wanted().shape();
    List<Long> found = mismatch.found().shape();
    return mismatch.wanted().name().endsWith("pos_embed")
        && wanted.size() == 3
        && found.size() == 3
        && wanted.get(2).equals(found.get(2));
  }

  private static void requireFinite(Path checkpoint, TensorSource tensor) throws IOException {
    Optional<NotFinite> found = NotFinite.in(tensor, tensor.type());
    if (found.isPresent() && !found.get().onlyMinusInfinity()) {
      throw new CheckpointException(
          checkpoint, "training cannot start with it: " + found.get().sentence());
    }
  }

  /**
   * Names by the parts that they belong to, each with how many there are: the shortest beginning
   * that no taken name has, numbers in it as {@code *}; empty if there are none.
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
