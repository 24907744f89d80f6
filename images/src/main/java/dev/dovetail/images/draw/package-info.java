/** Pictures of results: boxes with names and scores, masks, coloured label maps, legends. */
@NullMarked
package dev.dovetail.images.draw;

import org.jspecify.annotations.NullMarked;
