/** What a model is to everything above it: a traced function from images to predictions. */
@NullMarked
package dev.dovetail.graph.network;

import org.jspecify.annotations.NullMarked;
