/** Inspection of data sets: statistics, near-duplicates, and annotations that may be wrong. */
@NullMarked
package dev.dovetail.eval.browse;

import org.jspecify.annotations.NullMarked;
