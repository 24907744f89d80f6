/** The command dovetail and its verbs. */
@NullMarked
package dev.dovetail.cli;

import org.jspecify.annotations.NullMarked;
