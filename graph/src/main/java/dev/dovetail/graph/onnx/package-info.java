/** Writes graphs as ONNX models. */
package dev.dovetail.graph.onnx;
