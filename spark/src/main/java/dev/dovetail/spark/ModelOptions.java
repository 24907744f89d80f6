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
 * Which model an executor opens, and how it runs; two tasks with the same options share one model.
 *
 * @param model what {@link Dovetail#model} takes, or the name of a file of the application
 * @param weights a checkpoint, or the name of a file of the application; empty for a model with its
 *     own
 * @param device {@code cpu}, {@code cuda} or {@code cuda:N}
 * @param precision {@code fp32}, {@code fp16} or {@code int8}
 * @param calibration a file that calibrates int8; empty for none
 * @param threads that work on one operator; 0 for one on each core
 * @param planMemory bytes that compiled plans may take together
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

  /** What Spark tells tasks about the cores of their executor, where it was told itself. */
  private static final String EXECUTOR_CORES = "resource.executor.cores";

  /** The options on this executor: the GPU that the task was given, and the executor's cores. */
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
   * @throws IOException if a file cannot be read, or the weights do not fit
   * @throws IllegalArgumentException if there is no such model, or its config is wrong
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
   * A path as it is, if there is something; else the file of that name that the application brought
   * by {@code --files}, if it did.
   */
  private static String located(String name) {
    if (Files.exists(Path.of(name)) || Path.of(name).isAbsolute() || SparkEnv.get() == null) {
      return name;
    }
    Path brought = Path.of(SparkFiles.get(name));
    return Files.exists(brought) ? brought.toString() : name;
  }
}
