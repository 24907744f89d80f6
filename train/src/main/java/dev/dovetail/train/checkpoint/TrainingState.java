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
 * Everything that changes from step to step of a training run. It can be saved, and restored into
 * new objects that were created from the same config. A run that is stopped or killed and then
 * resumed produces the same bytes as an uninterrupted run.
 *
 * <p>The file contains everything that a resumed run needs: parameters, running statistics, the
 * step counts of batch norms, the state of the optimizer and the moving average, the step and the
 * seed. All random numbers depend only on the seed and the step, so no generator state is saved.
 * The state is a single file, because two files cannot be replaced atomically. If the process were
 * killed between the two, a resumed run would combine parameters of one step with optimizer state
 * of another, and would silently diverge. The weights that a run saves for prediction ({@link
 * WeightsFile}) have the same parameters, but a resumed run never reads them. They may be older
 * than the state, so save them after it.
 *
 * <p>The file has the safetensors format, with tensors {@code model.…}, {@code optimizer.…} and
 * {@code average.…} and a checksum of all of them. A damaged file is rejected.
 *
 * @param parameters the parameters of the network
 * @param optimizer the optimizer that updates them
 * @param average the moving average of the parameters, if enabled
 */
public record TrainingState(
    Parameters parameters, Optimizer optimizer, Optional<MovingAverage> average) {

  private static final String MODEL = "model.";
  private static final String OPTIMIZER = "optimizer.";
  private static final String AVERAGE = "average.";
  private static final String FROZEN = "frozen";

  /**
   * Writes the state to a file. An earlier file is replaced only after the new one is complete and
   * on disk. Tensors are not copied in memory.
   *
   * @param file the file to write
   * @param progress the progress of the run
   * @throws IOException if the file cannot be written; an earlier file is unchanged
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
   * Restores the state from a file.
   *
   * @param file a file that {@link #save} wrote in a run of the same config
   * @return the progress of that run
   * @throws IOException if the file cannot be read, is damaged, is not a training state, or is from
   *     another training run; the message lists the differences. Parameters, optimizer and average
   *     are then unchanged, unless reading failed midway
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
   * {@return the progress of the run that a file is from, before there are objects to restore}
   *
   * @param file a file that {@link #save} wrote
   * @throws IOException if the file cannot be read or is not a training state
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

  /** Returns a string that identifies the frozen parts. */
  private String frozen() {
    return parameters.frozen().stream().sorted().collect(Collectors.joining(", "));
  }

  /** Returns the tensors that are restored in place, by their names in the file. */
  private Map<String, Tensor> values() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    parameters.names().forEach(name -> all.put(MODEL + name, parameters.value(name)));
    average.ifPresent(a -> a.names().forEach(name -> all.put(AVERAGE + name, a.value(name))));
    return all;
  }

  /** Returns the tensors of the file, if they are from this training. */
  private Map<String, TensorSource> matched(Checkpoint checkpoint) throws IOException {
    List<ParameterSpec> expected = new ArrayList<>();
    values()
        .forEach(
            (name, t) ->
                expected.add(
                    new ParameterSpec(name, Tensors.elementType(t), TensorMemory.shape(t))));
    parameters
        .steps()
        .keySet()
        .forEach(n -> expected.add(ParameterSpec.of(MODEL + n, DType.INT64)));
    optimizer.groups().stream()
        .flatMap(g -> g.parameters().stream())
        .forEach(name -> expected.addAll(optimizerState(checkpoint, name)));
    LoadReport report = LoadReport.match(checkpoint, Layout.SAME, expected, List.of());
    Optional<ParameterSpec> otherType =
        expected.stream()
            .filter(w -> report.matched().containsKey(w.name()))
            .filter(w -> report.matched().get(w.name()).type() != w.dtype())
            .findFirst();
    if (!report.complete()) {
      throw foreign(report.describe());
    }
    String there = String.valueOf(checkpoint.meta().getOrDefault(FROZEN, ""));
    if (!there.equals(frozen())) {
      throw foreign(
          checkpoint.path()
              + ": the frozen parts are '"
              + there
              + "', but in this run '"
              + frozen()
              + "'");
    }
    if (otherType.isPresent()) {
      TensorSource found = report.matched().get(otherType.get().name());
      throw foreign(
          checkpoint.path()
              + ": '"
              + found.name()
              + "' is "
              + found.type()
              + ", but this training computes in "
              + otherType.get().dtype());
    }
    return report.matched();
  }

  private static CheckpointException foreign(String differences) {
    return new CheckpointException(
        differences
            + System.lineSeparator()
            + "The state is from another training run. Resume a run with the model, the optimizer,"
            + " the average and the frozen parts that it started with.");
  }

  /**
   * Returns the expected optimizer state of a parameter: moments have its shape, a count is a
   * scalar.
   */
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
