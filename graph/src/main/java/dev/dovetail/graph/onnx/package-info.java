/** Writes graphs as ONNX models. */
@NullMarked
package dev.dovetail.graph.onnx;

import org.jspecify.annotations.NullMarked;
