/** The command-line program dovetail and its commands. */
@NullMarked
package dev.dovetail.cli;

import org.jspecify.annotations.NullMarked;
