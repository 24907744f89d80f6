/** Label maps, their PNG files, and data sets of images with label maps. */
@NullMarked
package dev.dovetail.formats.semantic;

import org.jspecify.annotations.NullMarked;
