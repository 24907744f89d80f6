/** Data sets of images with a class each, and the classes found for them. */
@NullMarked
package dev.dovetail.formats.classification;

import org.jspecify.annotations.NullMarked;
