/** Benchmarks and side-by-side comparisons. */
package dev.dovetail.bench;
