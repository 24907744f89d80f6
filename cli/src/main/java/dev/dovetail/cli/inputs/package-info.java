/** The inputs of {@code predict}: files, directories, patterns, lists, the standard input, URLs. */
@NullMarked
package dev.dovetail.cli.inputs;

import org.jspecify.annotations.NullMarked;
