/** What was counted of a part of a set, in a file, to be joined with other parts elsewhere. */
@NullMarked
package dev.dovetail.eval.state;

import org.jspecify.annotations.NullMarked;
