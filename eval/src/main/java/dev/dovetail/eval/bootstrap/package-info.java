/** Confidence intervals of metrics and of their differences, by a bootstrap over images. */
@NullMarked
package dev.dovetail.eval.bootstrap;

import org.jspecify.annotations.NullMarked;
