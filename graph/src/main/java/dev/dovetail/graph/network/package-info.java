/** What a model is to everything above it: a traced function from images to predictions. */
package dev.dovetail.graph.network;
