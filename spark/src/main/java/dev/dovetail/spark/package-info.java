/** Models and evaluators as stages of Apache Spark's ML pipelines. */
@NullMarked
package dev.dovetail.spark;

import org.jspecify.annotations.NullMarked;
