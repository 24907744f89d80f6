/** The library: open a model, predict, evaluate, export. */
@NullMarked
package dev.dovetail;

import org.jspecify.annotations.NullMarked;
