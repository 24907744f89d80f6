/** Stable sorts of rows: by descending score, and by small keys. */
@NullMarked
package dev.dovetail.eval.sort;

import org.jspecify.annotations.NullMarked;
