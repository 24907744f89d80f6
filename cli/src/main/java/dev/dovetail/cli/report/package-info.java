/** Report directories: a page of numbers, and a page of the images behind them. */
@NullMarked
package dev.dovetail.cli.report;

import org.jspecify.annotations.NullMarked;
