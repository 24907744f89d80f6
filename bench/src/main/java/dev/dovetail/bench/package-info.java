/** Benchmarks: commands that print figures and the ratio that a claim is about. */
package dev.dovetail.bench;
