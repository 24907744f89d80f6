/**
 * Checkpoints: safetensors, PyTorch and NumPy files opened lazily, and rules between their layouts.
 *
 * <p>{@link dev.dovetail.weights.Checkpoint#open} reads names, shapes and offsets alone; {@link
 * dev.dovetail.weights.LoadReport} compares them with what a model wants, after a {@link
 * dev.dovetail.weights.layouts.Layout} has brought them to the model's names. No file is trusted:
 * whatever is wrong with it is a {@link dev.dovetail.weights.tensors.CheckpointException} that says
 * what and where.
 */
@NullMarked
package dev.dovetail.weights;

import org.jspecify.annotations.NullMarked;
