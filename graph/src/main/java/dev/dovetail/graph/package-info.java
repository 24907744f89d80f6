/** Symbolic tensors, scopes, operators with shape and cost rules, ONNX writing. */
@NullMarked
package dev.dovetail.graph;

import org.jspecify.annotations.NullMarked;
