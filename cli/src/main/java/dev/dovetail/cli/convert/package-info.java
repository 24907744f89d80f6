/** The command {@code convert}, which converts data sets between formats. */
@NullMarked
package dev.dovetail.cli.convert;

import org.jspecify.annotations.NullMarked;
