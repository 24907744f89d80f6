/** Tests on executors, which are separate processes, and the applications that they run. */
@NullMarked
package dev.dovetail.spark.cluster;

import org.jspecify.annotations.NullMarked;
