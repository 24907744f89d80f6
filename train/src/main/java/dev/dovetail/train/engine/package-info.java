/** Runs the nodes of a traced graph in libtorch, with gradients. */
@NullMarked
package dev.dovetail.train.engine;

import org.jspecify.annotations.NullMarked;
