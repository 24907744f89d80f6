/** Layers with PyTorch's parameter names. */
@NullMarked
package dev.dovetail.graph.nn;

import org.jspecify.annotations.NullMarked;
