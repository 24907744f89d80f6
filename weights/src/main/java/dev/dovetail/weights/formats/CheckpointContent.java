package dev.dovetail.weights.formats;

import dev.dovetail.weights.tensors.CheckpointException;
import dev.dovetail.weights.tensors.StoredTensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a reader found in a checkpoint.
 *
 * @param files that make it up, in the order their digest is taken
 * @param tensors by name, in file order
 * @param meta everything else
 * @param key under which the tensors lie, with dots between the keys; empty at the top
 * @param others keys under which there are other weights
 * @param temporary files to delete when the checkpoint is closed
 */
public record CheckpointContent(
    List<Path> files,
    Map<String, StoredTensor> tensors,
    Map<String, Object> meta,
    String key,
    List<String> others,
    List<Path> temporary) {

  /** Tensors that lie under no key. */
  CheckpointContent(List<Path> files, Map<String, StoredTensor> tensors, Map<String, Object> meta) {
    this(files, tensors, meta, "", List.of(), List.of());
  }

  /** The same with files to delete. */
  CheckpointContent with(List<Path> temporaryFiles) {
    return new CheckpointContent(files, tensors, meta, key, others, temporaryFiles);
  }

  /**
   * The tensors whose names begin with a key alone, without it; all of them if there is no key.
   *
   * @throws CheckpointException if there are none; the message lists what names begin with
   */
  CheckpointContent below(Path path, Optional<String> wanted) throws CheckpointException {
    if (wanted.isEmpty()) {
      return this;
    }
    String prefix = wanted.get();
    Map<String, StoredTensor> part = NamePrefix.below(prefix, tensors);
    if (part.isEmpty()) {
      throw NamePrefix.unknown(path, prefix, NamePrefix.first(tensors.keySet()));
    }
    part.replaceAll((name, tensor) -> tensor.named(name));
    return new CheckpointContent(files, part, meta, prefix, List.of(), temporary);
  }
}
