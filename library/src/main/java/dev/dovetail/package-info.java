/** Models for Java programs: open, predict, evaluate, export. */
@NullMarked
package dev.dovetail;

import org.jspecify.annotations.NullMarked;
