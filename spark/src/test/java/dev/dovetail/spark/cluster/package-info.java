/** Tests on executors, which are processes of their own, and the applications that they run. */
@NullMarked
package dev.dovetail.spark.cluster;

import org.jspecify.annotations.NullMarked;
