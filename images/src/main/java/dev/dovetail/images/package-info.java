/**
 * Image files become 8-bit pixels of a model's input size, byte for byte as the reference pipelines
 * make them, and instance masks become regions of the original image.
 */
@NullMarked
package dev.dovetail.images;

import org.jspecify.annotations.NullMarked;
