/**
 * Conversions between images and a model: of image files to 8-bit pixels of its input, identical to
 * those of the reference pipelines, and of instance masks to regions of the original image.
 */
@NullMarked
package dev.dovetail.images;

import org.jspecify.annotations.NullMarked;
