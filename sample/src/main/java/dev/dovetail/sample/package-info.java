/** Draws a synthetic data set in the layouts of COCO and ADE20K. */
@NullMarked
package dev.dovetail.sample;

import org.jspecify.annotations.NullMarked;
