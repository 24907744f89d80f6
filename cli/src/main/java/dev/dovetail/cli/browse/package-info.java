/** The command {@code browse}, which shows the contents of a data set. */
@NullMarked
package dev.dovetail.cli.browse;

import org.jspecify.annotations.NullMarked;
