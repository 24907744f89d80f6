package dev.dovetail.spark;

import dev.dovetail.Dovetail;
import dev.dovetail.ModelBuilder;
import dev.dovetail.graph.onnx.Precision;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkFiles;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * The options of a model. Tasks with equal options share one model.
 *
 * @param model an argument of {@link Dovetail#model}, or the name of a file of the application
 * @param weights a checkpoint, or the name of a file of the application; empty for a model that
 *     includes its weights
 * @param device {@code cpu}, {@code cuda} or {@code cuda:N}
 * @param precision {@code fp32}, {@code fp16} or {@code int8}
 * @param calibration the calibration file of int8; empty for none
 * @param threads the number of threads per operator; 0 for one per core
 * @param planMemory the maximum memory of all compiled plans in bytes
 */
record ModelOptions(
    String model,
    String weights,
    String device,
    String precision,
    String calibration,
    int threads,
    long planMemory)
    implements Serializable {

  private static final String GPU = "gpu";
  private static final String CUDA = "cuda";

  /** The local property of a task with the value of {@code spark.executor.cores}, if it is set. */
  private static final String EXECUTOR_CORES = "resource.executor.cores";

  /** Returns the options for this executor, with the task's GPU and the executor's cores. */
  ModelOptions here(TaskContext task) {
    return new ModelOptions(
        model,
        weights,
        device.equals(CUDA) ? gpu(task.resourcesJMap()).orElse(CUDA) : device,
        precision,
        calibration,
        threads > 0 ? threads : cores(task),
        planMemory);
  }

  private static Optional<String> gpu(Map<String, ResourceInformation> resources) {
    return Optional.ofNullable(resources.get(GPU))
        .filter(gpus -> gpus.addresses().length > 0)
        .map(gpus -> CUDA + ":" + gpus.addresses()[0]);
  }

  private static int cores(TaskContext task) {
    String cores = task.getLocalProperty(EXECUTOR_CORES);
    return cores == null ? 0 : Integer.parseInt(cores);
  }

  /**
   * Opens the model.
   *
   * @throws IOException if a file cannot be read, or the weights do not match the model
   * @throws IllegalArgumentException if the model does not exist, or its config is not valid
   */
  dev.dovetail.DovetailModel open() throws IOException {
    ModelBuilder builder =
        Dovetail.model(located(model))
            .device(device)
            .precision(Precision.valueOf(precision.toUpperCase(Locale.ROOT)))
            .threads(threads)
            .planMemory(planMemory);
    if (!weights.isEmpty()) {
      builder.weights(Path.of(located(weights)));
    }
    if (!calibration.isEmpty()) {
      builder.calibration(Path.of(located(calibration)));
    }
    return builder.open();
  }

  /**
   * Returns the path of a file: the argument if that file exists, otherwise the file of that name
   * that {@code --files} sent, if any.
   */
  private static String located(String name) {
    if (Files.exists(Path.of(name)) || Path.of(name).isAbsolute() || SparkEnv.get() == null) {
      return name;
    }
    Path sent = Path.of(SparkFiles.get(name));
    return Files.exists(sent) ? sent.toString() : name;
  }
}
