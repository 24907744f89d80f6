/** The command {@code demo}, which runs the built-in models on generated images. */
@NullMarked
package dev.dovetail.cli.demo;

import org.jspecify.annotations.NullMarked;
