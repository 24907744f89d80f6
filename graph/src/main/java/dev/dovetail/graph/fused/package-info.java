/** Fused operators, for engines that have dedicated kernels. */
@NullMarked
package dev.dovetail.graph.fused;

import org.jspecify.annotations.NullMarked;
