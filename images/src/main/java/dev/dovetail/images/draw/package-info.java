/** Drawings of results: boxes with names and scores, masks, label maps and legends. */
@NullMarked
package dev.dovetail.images.draw;

import org.jspecify.annotations.NullMarked;
