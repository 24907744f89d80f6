/** The labels and file names of Cityscapes. */
@NullMarked
package dev.dovetail.formats.cityscapes;

import org.jspecify.annotations.NullMarked;
