/** Layers with PyTorch's parameter names. */
package dev.dovetail.graph.nn;
