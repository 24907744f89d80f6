/** A data set that the toolkit draws itself, in the layouts of COCO and ADE20K. */
@NullMarked
package dev.dovetail.sample;

import org.jspecify.annotations.NullMarked;
