/** What is behind a detector's number: kinds of errors, confused classes, calibration. */
@NullMarked
package dev.dovetail.eval.analysis;

import org.jspecify.annotations.NullMarked;
