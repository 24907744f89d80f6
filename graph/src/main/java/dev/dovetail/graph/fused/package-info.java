/** Operators that do the work of several, for engines with kernels of their own. */
@NullMarked
package dev.dovetail.graph.fused;

import org.jspecify.annotations.NullMarked;
