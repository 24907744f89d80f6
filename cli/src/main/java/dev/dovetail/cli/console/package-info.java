/** What all verbs share on the console: options, progress and the words for what is wrong. */
@NullMarked
package dev.dovetail.cli.console;

import org.jspecify.annotations.NullMarked;
