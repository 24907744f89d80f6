/** The verb {@code demo}: what the built-in models find in pictures drawn for them. */
@NullMarked
package dev.dovetail.cli.demo;

import org.jspecify.annotations.NullMarked;
