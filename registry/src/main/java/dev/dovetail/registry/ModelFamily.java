package dev.dovetail.registry;

import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.io.IOException;
import java.util.List;

/**
 * A family of models: all that Dovetail knows of an architecture. It is found by {@link
 * java.util.ServiceLoader}, in this project as in a jar of its own, and has a constructor without
 * arguments.
 */
public interface ModelFamily {

  /** What configs can name. */
  List<Part<?>> parts();

  /**
   * Published variants of its backbones and networks, which configs can name in place of a type.
   */
  default List<Preset> presets() {
    return List.of();
  }

  /** Keys that configs of its parts had in earlier versions. */
  default List<RetiredKey> retiredKeys() {
    return List.of();
  }

  /**
   * How published checkpoints name the tensors of its models. Asked when a checkpoint is opened;
   * see {@link KnownLayout#beside}.
   *
   * @throws IOException if they cannot be read
   */
  default List<KnownLayout> layouts() throws IOException {
    return List.of();
  }

  /** What reads Hugging Face directories of its models. Asked when such a directory is opened. */
  default List<HuggingFaceReader<?>> huggingFace() {
    return List.of();
  }
}
