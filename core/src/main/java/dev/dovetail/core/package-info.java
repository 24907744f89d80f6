/**
 * Types that graphs and checkpoints share: element types, and the parameters that a model expects
 * in a checkpoint.
 */
@NullMarked
package dev.dovetail.core;

import org.jspecify.annotations.NullMarked;
