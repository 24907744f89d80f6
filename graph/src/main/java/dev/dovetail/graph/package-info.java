/** Symbolic tensors, scopes, operators with shape and cost rules, ONNX writing. */
package dev.dovetail.graph;
