/** Semantic segmentation, which assigns a class to every pixel. */
@NullMarked
package dev.dovetail.tasks.segmentation;

import org.jspecify.annotations.NullMarked;
