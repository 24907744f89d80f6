/** Checkpoint file formats: safetensors, PyTorch, NumPy. */
@NullMarked
package dev.dovetail.weights.formats;

import org.jspecify.annotations.NullMarked;
