/** Benchmarks: commands that print measurements and ratios. */
@NullMarked
package dev.dovetail.bench;

import org.jspecify.annotations.NullMarked;
