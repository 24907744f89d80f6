/** JMH benchmarks of components of the evaluators; {@code bench/run jmh} runs them. */
@NullMarked
package dev.dovetail.bench.micro;

import org.jspecify.annotations.NullMarked;
