package dev.dovetail.weights.formats;

import dev.dovetail.weights.tensors.CheckpointException;
import dev.dovetail.weights.tensors.StoredTensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The contents of a checkpoint.
 *
 * @param files the files of the checkpoint, in the order of their digest
 * @param tensors the tensors by name, in file order
 * @param meta everything else
 * @param key the key of the tensors, with dots between nested keys; empty for the top level
 * @param others keys with other weights
 * @param temporary files to delete when the checkpoint is closed
 */
public record CheckpointContent(
    List<Path> files,
    Map<String, StoredTensor> tensors,
    Map<String, Object> meta,
    String key,
    List<String> others,
    List<Path> temporary) {

  /** Creates the contents of tensors at the top level. */
  CheckpointContent(List<Path> files, Map<String, StoredTensor> tensors, Map<String, Object> meta) {
    this(files, tensors, meta, "", List.of(), List.of());
  }

  /** Returns the contents with files to delete. */
  CheckpointContent with(List<Path> temporaryFiles) {
    return new CheckpointContent(files, tensors, meta, key, others, temporaryFiles);
  }

  /**
   * Selects the tensors whose names start with a key, and removes it; all of them if there is no
   * key.
   *
   * @throws CheckpointException if there are none; the message lists the available prefixes
   */
  CheckpointContent below(Path path, Optional<String> requested) throws CheckpointException {
    if (requested.isEmpty()) {
      return this;
    }
    String prefix = requested.get();
    Map<String, StoredTensor> part = NamePrefix.below(prefix, tensors);
    if (part.isEmpty()) {
      throw NamePrefix.unknown(path, prefix, NamePrefix.first(tensors.keySet()));
    }
    part.replaceAll((name, tensor) -> tensor.named(name));
    return new CheckpointContent(files, part, meta, prefix, List.of(), temporary);
  }
}
