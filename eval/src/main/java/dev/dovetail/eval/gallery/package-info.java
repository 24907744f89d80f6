/** Galleries of the images and objects behind a report's numbers, as data for a browser. */
@NullMarked
package dev.dovetail.eval.gallery;

import org.jspecify.annotations.NullMarked;
