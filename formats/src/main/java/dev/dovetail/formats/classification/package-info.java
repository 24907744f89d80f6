/** Data sets of images with one class each, and predicted classes. */
@NullMarked
package dev.dovetail.formats.classification;

import org.jspecify.annotations.NullMarked;
