/** What all verbs share on the console: options, progress and the words for what is wrong. */
package dev.dovetail.cli.console;
