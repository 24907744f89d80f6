/** Analyses of a detector's AP: kinds of errors, confused classes and calibration. */
@NullMarked
package dev.dovetail.eval.analysis;

import org.jspecify.annotations.NullMarked;
