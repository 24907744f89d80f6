/** The formats of checkpoint files: safetensors, PyTorch, NumPy. */
@NullMarked
package dev.dovetail.weights.formats;

import org.jspecify.annotations.NullMarked;
