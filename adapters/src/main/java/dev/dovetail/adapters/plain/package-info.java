/** Adapters that return a backbone's own maps, as a baseline for others. */
@NullMarked
package dev.dovetail.adapters.plain;

import org.jspecify.annotations.NullMarked;
