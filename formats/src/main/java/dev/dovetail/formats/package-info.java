/**
 * What annotations and results of all formats have in common: sizes, boxes, what a model found in
 * an image, and what is done about oddities.
 */
@NullMarked
package dev.dovetail.formats;

import org.jspecify.annotations.NullMarked;
