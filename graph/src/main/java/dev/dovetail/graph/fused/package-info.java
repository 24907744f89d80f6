/** Fused operators, for engines that have dedicated kernels, and where they apply in graphs. */
@NullMarked
package dev.dovetail.graph.fused;

import org.jspecify.annotations.NullMarked;
