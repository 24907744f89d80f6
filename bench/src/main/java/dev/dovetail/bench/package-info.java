/** Benchmarks: commands that print figures and the ratio that a claim is about. */
@NullMarked
package dev.dovetail.bench;

import org.jspecify.annotations.NullMarked;
