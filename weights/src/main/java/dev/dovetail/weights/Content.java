package dev.dovetail.weights;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a reader found in a checkpoint.
 *
 * @param files that make it up, in the order their digest is taken
 * @param tensors by name, in file order
 * @param meta everything else
 * @param temporary files to delete when the checkpoint is closed
 */
record Content(
    List<Path> files,
    Map<String, StoredTensor> tensors,
    Map<String, Object> meta,
    List<Path> temporary) {}
