/** Ground truths and results in formats of specific data sets. */
@NullMarked
package dev.dovetail.formats.datasets;

import org.jspecify.annotations.NullMarked;
