/** Console features that all commands share: options, progress and error messages. */
@NullMarked
package dev.dovetail.cli.console;

import org.jspecify.annotations.NullMarked;
