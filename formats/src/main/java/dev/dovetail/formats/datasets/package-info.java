/** Ground truths and results in the forms that data sets have of their own. */
@NullMarked
package dev.dovetail.formats.datasets;

import org.jspecify.annotations.NullMarked;
