package dev.dovetail;

import dev.dovetail.internal.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ServiceLoader;

/** Opens and trains models. This class is the entry point of the library. */
public final class Dovetail {

  private Dovetail() {}

  /**
   * Opens a model that includes its weights: a Hugging Face directory, or an {@code .onnx} file
   * exported by Dovetail. The model runs on the CPU in float32.
   *
   * @throws IOException if a file cannot be read, or the weights do not match the model
   * @throws IllegalArgumentException if there is no such model, or its config is invalid; the
   *     message names the file and the key
   */
  public static DovetailModel load(Path model) throws IOException {
    return model(model.toString()).open();
  }

  /**
   * Opens a model from a config and a checkpoint. The model runs on the CPU in float32.
   *
   * @param config a config file
   * @param weights a checkpoint
   * @throws IOException if a file cannot be read, or the weights do not match the model
   * @throws IllegalArgumentException if the config is invalid; the message names the file and the
   *     key
   */
  public static DovetailModel load(Path config, Path weights) throws IOException {
    return model(config.toString()).weights(weights).open();
  }

  /**
   * Returns a builder for a model, to choose its weights, device and precision.
   *
   * @param name a built-in model such as {@code sample-mask-rcnn}, which includes its weights
   *     (requires {@code dovetail-sample} on the class path); a config file; the name of a config
   *     shipped with Dovetail; a Hugging Face directory; an exported {@code .onnx} file; or the
   *     name of a backbone preset
   */
  public static ModelBuilder model(String name) {
    return new ModelBuilder(name);
  }

  /**
   * Trains a model. The output directory receives {@code config.json}, {@code log.jsonl}, {@code
   * last.safetensors} and {@code best.safetensors} (checkpoints for {@link #load(Path, Path)}),
   * {@code state.safetensors} (the state to resume from) and {@code report.html}.
   *
   * @throws IOException if a file cannot be read or written, the output directory holds another
   *     run, or a loss or gradient is not finite
   * @throws IllegalArgumentException if the config does not match the data
   * @throws IllegalStateException if {@code dovetail-train} is not on the class path
   */
  public static TrainingReport train(TrainingOptions options) throws IOException {
    return trainer().train(options);
  }

  /**
   * Returns the trainer found on the class path.
   *
   * @throws IllegalStateException if {@code dovetail-train} is not on the class path
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

  /** Returns the version of this library. */
  public static String version() {
    return Version.dovetail();
  }
}
