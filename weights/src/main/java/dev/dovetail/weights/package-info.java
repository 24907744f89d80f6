/** Checkpoints: safetensors, PyTorch, NumPy; rules between layouts. */
package dev.dovetail.weights;
