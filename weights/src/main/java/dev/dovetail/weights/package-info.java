/**
 * Checkpoints: safetensors, PyTorch and NumPy files that are opened lazily, and rules between their
 * layouts.
 *
 * <p>{@link dev.dovetail.weights.Checkpoint#open} reads only names, shapes and offsets. A {@link
 * dev.dovetail.weights.layouts.Layout} converts them to the model's names, and {@link
 * dev.dovetail.weights.LoadReport} compares them with the model's parameters. Files are not
 * trusted: a defect is reported by a {@link dev.dovetail.weights.tensors.CheckpointException} with
 * its cause and place.
 */
@NullMarked
package dev.dovetail.weights;

import org.jspecify.annotations.NullMarked;
