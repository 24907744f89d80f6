/** Panoptic predictions, scored as panopticapi does. */
@NullMarked
package dev.dovetail.cli.score.panoptic;

import org.jspecify.annotations.NullMarked;
