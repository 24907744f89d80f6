/** Draws scenes of solid objects, with the object of every pixel; pure arithmetic. */
@NullMarked
package dev.dovetail.sample.scene;

import org.jspecify.annotations.NullMarked;
