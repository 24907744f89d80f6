/** What was counted of a part of a set, in a file, to be joined with other parts elsewhere. */
package dev.dovetail.eval.state;
