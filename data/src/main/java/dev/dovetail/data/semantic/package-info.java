/** Label maps, their PNG files, and data sets of images with label maps. */
@NullMarked
package dev.dovetail.data.semantic;

import org.jspecify.annotations.NullMarked;
