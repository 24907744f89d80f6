/** Cityscapes as it is downloaded: its labels and the names of its files. */
@NullMarked
package dev.dovetail.formats.cityscapes;

import org.jspecify.annotations.NullMarked;
