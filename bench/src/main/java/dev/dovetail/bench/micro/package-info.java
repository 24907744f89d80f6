/** JMH benchmarks of single pieces of the evaluators; {@code bench/run jmh} runs them. */
package dev.dovetail.bench.micro;
