/** The command dovetail and its verbs. */
package dev.dovetail.cli;
