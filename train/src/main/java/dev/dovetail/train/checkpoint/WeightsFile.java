package dev.dovetail.train.checkpoint;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Role;
import dev.dovetail.train.engine.Parameters;
import dev.dovetail.train.optim.MovingAverage;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.NotFinite;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * Writes the trained weights of a network as a safetensors file. Every program that reads the
 * published checkpoints can read it: it contains the published names, running statistics and
 * tables, and the step counts of batch norms as int64 scalars ({@code num_batches_tracked}).
 *
 * @param parameters the parameters of the network
 * @param average replaces the parameters that it contains; empty to save the values of the last
 *     step
 */
public record WeightsFile(Parameters parameters, Optional<MovingAverage> average) {

  /**
   * Writes the file. An earlier file is replaced only after the new one is complete. Tensors are
   * not copied in memory.
   *
   * @param file the file to write
   * @param type float32, or float16 for half the file size; running statistics always remain
   *     float32, since variances of activations can exceed the range of half precision
   * @param metadata metadata of the weights, such as {@code step}; {@code format} is set to {@code
   *     pt}, which readers of PyTorch weights expect
   * @throws IllegalArgumentException if the type is not float32 or float16
   * @throws IOException if the file cannot be written, or a weight is not finite in that type. The
   *     message names the weight, and an earlier file is unchanged
   */
  public void write(Path file, DType type, Map<String, String> metadata) throws IOException {
    if (type != DType.FLOAT32 && type != DType.FLOAT16) {
      throw new IllegalArgumentException(
          "weights are written in float32 or float16, not in " + type);
    }
    List<TensorSource> tensors = new ArrayList<>();
    for (String name : parameters.names()) {
      TensorSource tensor = TensorMemory.source(name, value(name));
      requireFinite(file, tensor, written(tensor, type));
      tensors.add(tensor);
    }
    parameters.steps().forEach((name, n) -> tensors.add(ArrayTensor.of(name, new long[] {n})));
    Map<String, String> all = new LinkedHashMap<>(metadata);
    all.put("format", "pt");
    Safetensors.write(file, tensors, tensor -> written(tensor, type), all);
  }

  private Tensor value(String name) {
    return average
        .filter(a -> a.names().contains(name))
        .map(a -> a.value(name))
        .orElseGet(() -> parameters.value(name));
  }

  private DType written(TensorSource tensor, DType type) {
    if (!tensor.type().isFloat()) {
      return tensor.type();
    }
    return parameters.parameter(tensor.name()).role() == Role.STATISTIC ? DType.FLOAT32 : type;
  }

  /** Minus infinity is allowed in tables, where it is used as a mask. */
  private void requireFinite(Path file, TensorSource tensor, DType type) throws IOException {
    Optional<NotFinite> found = NotFinite.in(tensor, type);
    if (found.isPresent()
        && !(found.get().onlyMinusInfinity()
            && parameters.parameter(tensor.name()).role() == Role.BUFFER)) {
      throw new IOException(
          file
              + " was not written: "
              + found.get().sentence()
              + (found.get().large() > 0 ? "; write float32" : ""));
    }
  }
}
