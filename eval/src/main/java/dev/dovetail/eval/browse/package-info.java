/** What a data set holds: statistics, near-duplicates, and annotations that may be wrong. */
@NullMarked
package dev.dovetail.eval.browse;

import org.jspecify.annotations.NullMarked;
