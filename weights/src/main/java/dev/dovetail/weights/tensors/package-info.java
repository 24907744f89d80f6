/** Tensors that can be read lazily from files, derived from others, or held in memory. */
@NullMarked
package dev.dovetail.weights.tensors;

import org.jspecify.annotations.NullMarked;
