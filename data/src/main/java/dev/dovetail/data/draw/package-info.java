/** Pictures of results: boxes with names and scores, masks, coloured label maps, legends. */
package dev.dovetail.data.draw;
