/** Draws scenes of solid objects with the segment of every pixel, in plain Java arithmetic. */
@NullMarked
package dev.dovetail.sample.scene;

import org.jspecify.annotations.NullMarked;
