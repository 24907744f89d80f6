/** One HTML page of what an evaluation found, self-contained, with tables and SVG charts. */
package dev.dovetail.eval.report;
