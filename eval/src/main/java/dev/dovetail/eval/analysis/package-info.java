/** What is behind a detector's number: kinds of errors, confused classes, calibration. */
package dev.dovetail.eval.analysis;
