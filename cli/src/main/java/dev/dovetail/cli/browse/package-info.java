/** The verb that shows what a data set holds. */
@NullMarked
package dev.dovetail.cli.browse;

import org.jspecify.annotations.NullMarked;
