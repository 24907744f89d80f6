/** Runs models over many images: decoding, inference and what follows overlap. */
@NullMarked
package dev.dovetail.models.pipeline;

import org.jspecify.annotations.NullMarked;
