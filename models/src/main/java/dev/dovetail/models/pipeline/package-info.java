/** Runs models over many images: decoding, inference and what follows overlap. */
package dev.dovetail.models.pipeline;
