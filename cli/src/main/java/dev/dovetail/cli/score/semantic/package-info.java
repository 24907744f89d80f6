/** Label maps, scored as mmsegmentation does. */
@NullMarked
package dev.dovetail.cli.score.semantic;

import org.jspecify.annotations.NullMarked;
