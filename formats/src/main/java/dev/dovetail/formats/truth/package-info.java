/** Ground truths in the forms that data sets come in. */
@NullMarked
package dev.dovetail.formats.truth;

import org.jspecify.annotations.NullMarked;
