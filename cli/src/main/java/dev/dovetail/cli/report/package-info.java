/** Folders of pages: numbers, and the images behind them. */
@NullMarked
package dev.dovetail.cli.report;

import org.jspecify.annotations.NullMarked;
