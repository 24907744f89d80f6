/** Layers in 8-bit integers: which there are, what range their values have, and what it costs. */
@NullMarked
package dev.dovetail.graph.int8;

import org.jspecify.annotations.NullMarked;
