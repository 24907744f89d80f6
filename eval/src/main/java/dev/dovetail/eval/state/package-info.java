/** Files with the counts of a part of a data set, which can be joined with those of other parts. */
@NullMarked
package dev.dovetail.eval.state;

import org.jspecify.annotations.NullMarked;
