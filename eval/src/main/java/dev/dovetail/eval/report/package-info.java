/** Reports as self-contained HTML pages with tables and SVG charts. */
@NullMarked
package dev.dovetail.eval.report;

import org.jspecify.annotations.NullMarked;
