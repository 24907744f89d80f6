package dev.dovetail;

import dev.dovetail.internal.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ServiceLoader;

/** Opens models. */
public final class Dovetail {

  private Dovetail() {}

  /**
   * Opens a model that has its own weights, on the processor in float32: a Hugging Face directory,
   * or an {@code .onnx} file that Dovetail exported.
   *
   * @throws IOException if a file cannot be read, or the weights do not fit
   * @throws IllegalArgumentException if there is no such model, or its config is wrong; the message
   *     names the file and the key
   */
  public static DovetailModel load(Path model) throws IOException {
    return model(model.toString()).open();
  }

  /**
   * Opens a model with its weights, on the processor in float32.
   *
   * @param config a config file
   * @param weights a checkpoint
   * @throws IOException if a file cannot be read, or the weights do not fit
   * @throws IllegalArgumentException if the config is wrong; the message names the file and the key
   */
  public static DovetailModel load(Path config, Path weights) throws IOException {
    return model(config.toString()).weights(weights).open();
  }

  /**
   * Starts to describe a model.
   *
   * @param name a built-in model such as {@code sample-mask-rcnn}, which has its own weights (with
   *     {@code dovetail-sample} on the class path); a config file, the name of a config that comes
   *     with Dovetail, a Hugging Face directory, an exported {@code .onnx} file, or the name of a
   *     backbone's preset
   */
  public static ModelBuilder model(String name) {
    return new ModelBuilder(name);
  }

  /**
   * Trains a model. Writes to the folder of the run: {@code config.json}, {@code log.jsonl}, {@code
   * last.safetensors} and {@code best.safetensors} (checkpoints that {@link #load(Path, Path)}
   * opens), {@code state.safetensors} (to resume from) and {@code report.html}.
   *
   * @throws IOException if a file cannot be read or written, the folder holds another run, or a
   *     loss or gradient is not finite
   * @throws IllegalArgumentException if config and data do not fit together
   * @throws IllegalStateException if the artifact that trains is not on the class path
   */
  public static TrainingReport train(TrainingOptions options) throws IOException {
    return trainer().train(options);
  }

  /**
   * The implementation of training.
   *
   * @throws IllegalStateException if the artifact that trains is not on the class path
   */
  public static Trainer trainer() {
    return ServiceLoader.load(Trainer.class)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "training needs the artifact dev.dovetail:dovetail-train and the libraries of"
                        + " libtorch for this machine on the class path"));
  }

  /** The version of this library. */
  public static String version() {
    return Version.dovetail();
  }
}
