/** One HTML page of what an evaluation found, self-contained, with tables and SVG charts. */
@NullMarked
package dev.dovetail.eval.report;

import org.jspecify.annotations.NullMarked;
