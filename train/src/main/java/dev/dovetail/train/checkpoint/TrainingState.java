package dev.dovetail.train.checkpoint;

import dev.dovetail.core.DType;
import dev.dovetail.core.ParameterSpec;
import dev.dovetail.train.engine.Parameters;
import dev.dovetail.train.engine.Tensors;
import dev.dovetail.train.optim.MovingAverage;
import dev.dovetail.train.optim.Optimizer;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.LoadReport;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.layouts.Layout;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.CheckpointException;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;

/**
 * All that a training changes from step to step. It can be saved, and restored into new objects
 * that were made from the same config. A run that is stopped or killed, and then resumed, ends with
 * the same bytes as one that was not interrupted.
 *
 * <p>The file holds everything that a resumed run needs: parameters, running statistics, what batch
 * norms have counted, the state of the optimizer and the average, the step and the seed. All random
 * numbers of a training depend on the seed and the number of the step, so no generator has a state
 * to keep. It is one file, because two could only be replaced one after the other: a process that
 * is killed in between would leave parameters of one step beside moments of another, and a run
 * resumed from them would silently be a different one. The weights that a run writes beside it for
 * prediction ({@link WeightsFile}) are derived from the same parameters and are never read to
 * resume, so they may be older than the state; write them after it.
 *
 * <p>It is a safetensors file with tensors {@code model.…}, {@code optimizer.…} and {@code
 * average.…} and a checksum of them all: a damaged file is refused.
 *
 * @param parameters of the network
 * @param optimizer that changes them
 * @param average of the parameters, if there is one
 */
public record TrainingState(
    Parameters parameters, Optimizer optimizer, Optional<MovingAverage> average) {

  private static final String MODEL = "model.";
  private static final String OPTIMIZER = "optimizer.";
  private static final String AVERAGE = "average.";
  private static final String FROZEN = "frozen";

  /**
   * Writes the state to a file, which takes the place of an earlier one when it is whole and on the
   * disk. Nothing is copied in memory.
   *
   * @param file the file to write
   * @param progress how far the training is
   * @throws IOException if it cannot be written; an earlier file stays as it was
   */
  public void save(Path file, Progress progress) throws IOException {
    List<TensorSource> tensors = new ArrayList<>();
    values().forEach((name, tensor) -> tensors.add(TensorMemory.source(name, tensor)));
    parameters
        .steps()
        .forEach((name, n) -> tensors.add(ArrayTensor.of(MODEL + name, new long[] {n})));
    optimizer
        .state()
        .forEach((name, tensor) -> tensors.add(TensorMemory.source(OPTIMIZER + name, tensor)));
    Map<String, String> metadata = progress.metadata();
    metadata.put(FROZEN, frozen());
    metadata.put(Checksum.KEY, Checksum.of(tensors));
    Safetensors.write(file, tensors, metadata);
  }

  /**
   * Sets everything to what a file has of it.
   *
   * @param file that {@link #save} wrote, in a run of the same config
   * @return how far that training was
   * @throws IOException if the file cannot be read, is damaged, is not the state of a training, or
   *     is that of another one; the message says what differs. Parameters, optimizer and average
   *     are then as they were, unless the file could no longer be read on the way
   */
  public Progress restore(Path file) throws IOException {
    try (Checkpoint checkpoint = open(file)) {
      Progress progress = Progress.of(checkpoint);
      Map<String, TensorSource> tensors = matched(checkpoint);
      Checksum.require(checkpoint);
      restoreOptimizer(file, tensors);
      for (Map.Entry<String, Tensor> value : values().entrySet()) {
        TensorMemory.read(tensors.get(value.getKey()), value.getValue());
      }
      Map<String, Long> counts = new LinkedHashMap<>();
      for (String name : parameters.steps().keySet()) {
        counts.put(name, tensors.get(MODEL + name).longs()[0]);
      }
      parameters.setSteps(counts);
      return progress;
    }
  }

  /**
   * {@return how far the training was whose state a file holds, before there are objects to restore
   * it into}
   *
   * @param file that {@link #save} wrote
   * @throws IOException if the file cannot be read or is not the state of a training
   */
  public static Progress progress(Path file) throws IOException {
    try (Checkpoint checkpoint = open(file)) {
      return Progress.of(checkpoint);
    }
  }

  private static Checkpoint open(Path file) throws IOException {
    try {
      return Checkpoint.open(file);
    } catch (CheckpointException e) {
      throw new CheckpointException(e.getMessage() + Progress.ADVICE);
    }
  }

  /** A text that is the same for the same frozen parts. */
  private String frozen() {
    return parameters.frozen().stream().sorted().collect(Collectors.joining(", "));
  }

  /** The tensors that are set in place, by their names in the file. */
  private Map<String, Tensor> values() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    parameters.names().forEach(name -> all.put(MODEL + name, parameters.value(name)));
    average.ifPresent(a -> a.names().forEach(name -> all.put(AVERAGE + name, a.value(name))));
    return all;
  }

  /** The file's tensors, if they are those of this training. */
  private Map<String, TensorSource> matched(Checkpoint checkpoint) throws IOException {
    List<ParameterSpec> wanted = new ArrayList<>();
    values()
        .forEach(
            (name, t) ->
                wanted.add(new ParameterSpec(name, Tensors.elementType(t), TensorMemory.shape(t))));
    parameters.steps().keySet().forEach(n -> wanted.add(ParameterSpec.of(MODEL + n, DType.INT64)));
    optimizer.groups().stream()
        .flatMap(g -> g.parameters().stream())
        .forEach(name -> wanted.addAll(optimizerState(checkpoint, name)));
    LoadReport report = LoadReport.match(checkpoint, Layout.SAME, wanted, List.of());
    Optional<ParameterSpec> otherType =
        wanted.stream()
            .filter(w -> report.matched().containsKey(w.name()))
            .filter(w -> report.matched().get(w.name()).type() != w.dtype())
            .findFirst();
    if (!report.complete()) {
      throw foreign(report.describe());
    }
    String there = String.valueOf(checkpoint.meta().getOrDefault(FROZEN, ""));
    if (!there.equals(frozen())) {
      throw foreign(
          checkpoint.path() + ": frozen there is '" + there + "', and here '" + frozen() + "'");
    }
    if (otherType.isPresent()) {
      TensorSource found = report.matched().get(otherType.get().name());
      throw foreign(
          checkpoint.path()
              + ": '"
              + found.name()
              + "' is "
              + found.type()
              + ", and this training computes in "
              + otherType.get().dtype());
    }
    return report.matched();
  }

  private static CheckpointException foreign(String differences) {
    return new CheckpointException(
        differences
            + System.lineSeparator()
            + "It is the state of another training. A run is resumed with the model, the optimizer,"
            + " the average and the frozen parts that it began with.");
  }

  /** What a file has of a parameter's state: moments have its shape, a count has none. */
  private List<ParameterSpec> optimizerState(Checkpoint checkpoint, String parameter) {
    Tensor value = parameters.value(parameter);
    String start = OPTIMIZER + parameter + ".";
    return checkpoint.tensors().values().stream()
        .filter(t -> t.name().startsWith(start) && t.name().indexOf('.', start.length()) < 0)
        .map(
            t ->
                t.type().isFloat()
                    ? new ParameterSpec(
                        t.name(), Tensors.elementType(value), TensorMemory.shape(value))
                    : ParameterSpec.of(t.name(), DType.INT64))
        .toList();
  }

  private void restoreOptimizer(Path file, Map<String, TensorSource> tensors) throws IOException {
    Map<String, Tensor> state = new LinkedHashMap<>();
    try {
      for (TensorSource source : tensors.values()) {
        if (source.name().startsWith(OPTIMIZER)) {
          int[] dims = source.shape().stream().mapToInt(Math::toIntExact).toArray();
          Tensor tensor = Tensors.empty(source.type(), dims);
          state.put(source.name().substring(OPTIMIZER.length()), tensor);
          TensorMemory.read(source, tensor);
        }
      }
      optimizer.restore(state);
    } catch (IllegalArgumentException e) {
      state.values().forEach(Tensor::close);
      throw foreign(file + ": " + e.getMessage());
    } catch (IOException e) {
      state.values().forEach(Tensor::close);
      throw e;
    }
  }
}
