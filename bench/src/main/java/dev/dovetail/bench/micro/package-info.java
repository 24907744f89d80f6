/** JMH benchmarks of single pieces of the evaluators; {@code bench/run jmh} runs them. */
@NullMarked
package dev.dovetail.bench.micro;

import org.jspecify.annotations.NullMarked;
