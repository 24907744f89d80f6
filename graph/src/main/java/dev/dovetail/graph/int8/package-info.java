/** Quantization of layers to 8-bit integers: calibration, errors, and the rewritten graph. */
@NullMarked
package dev.dovetail.graph.int8;

import org.jspecify.annotations.NullMarked;
