/** Semantic segmentation: a class for every pixel. */
@NullMarked
package dev.dovetail.tasks.segmentation;

import org.jspecify.annotations.NullMarked;
