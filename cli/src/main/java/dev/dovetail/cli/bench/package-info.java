/** The verb {@code bench}: models measured in turns, and how the figures are shown. */
@NullMarked
package dev.dovetail.cli.bench;

import org.jspecify.annotations.NullMarked;
