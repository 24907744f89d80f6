package dev.dovetail.registry;

import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.io.IOException;
import java.util.List;

/**
 * A family of models: everything that Dovetail knows about an architecture. Families are found by
 * {@link java.util.ServiceLoader}, both in this project and in external jars, and need a public
 * constructor without arguments.
 */
public interface ModelFamily {

  /** Returns the parts that configs can name. */
  List<Part<?>> parts();

  /**
   * Returns the published variants of its backbones and networks, which configs can name instead of
   * a type.
   */
  default List<Preset> presets() {
    return List.of();
  }

  /** Returns the keys that configs of its parts had in earlier versions. */
  default List<RetiredKey> retiredKeys() {
    return List.of();
  }

  /**
   * Returns the layouts of published checkpoints of its models. Called when a checkpoint is opened;
   * see {@link KnownLayout#beside}.
   *
   * @throws IOException if they cannot be read
   */
  default List<KnownLayout> layouts() throws IOException {
    return List.of();
  }

  /**
   * Returns the readers of Hugging Face directories of its models. Called when such a directory is
   * opened.
   */
  default List<HuggingFaceReader<?>> huggingFace() {
    return List.of();
  }
}
