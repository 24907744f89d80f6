/** Scores of panoptic predictions, as panopticapi computes them. */
@NullMarked
package dev.dovetail.cli.score.panoptic;

import org.jspecify.annotations.NullMarked;
