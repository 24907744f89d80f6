/** Pages that show the images and objects behind numbers, with filters; data for a browser. */
@NullMarked
package dev.dovetail.eval.gallery;

import org.jspecify.annotations.NullMarked;
