package dev.dovetail;

import dev.dovetail.internal.Version;
import java.io.IOException;
import java.nio.file.Path;

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
   * @param name a config file, the name of a config that comes with Dovetail, a Hugging Face
   *     directory, an exported {@code .onnx} file, or the name of a backbone's preset
   */
  public static ModelBuilder model(String name) {
    return new ModelBuilder(name);
  }

  /** The version of this library. */
  public static String version() {
    return Version.dovetail();
  }
}
