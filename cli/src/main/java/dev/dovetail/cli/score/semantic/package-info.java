/** Scores of label maps, as mmsegmentation computes them. */
@NullMarked
package dev.dovetail.cli.score.semantic;

import org.jspecify.annotations.NullMarked;
