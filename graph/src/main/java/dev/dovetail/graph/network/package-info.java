/** The interface of models: traced functions from images to predictions. */
@NullMarked
package dev.dovetail.graph.network;

import org.jspecify.annotations.NullMarked;
