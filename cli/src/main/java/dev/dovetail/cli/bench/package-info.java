/** The command {@code bench}: measures models in alternation and reports the figures. */
@NullMarked
package dev.dovetail.cli.bench;

import org.jspecify.annotations.NullMarked;
