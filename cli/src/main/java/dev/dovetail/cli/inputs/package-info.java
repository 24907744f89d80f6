/** What {@code predict} runs over: files, folders, patterns, lists, the standard input, URLs. */
@NullMarked
package dev.dovetail.cli.inputs;

import org.jspecify.annotations.NullMarked;
