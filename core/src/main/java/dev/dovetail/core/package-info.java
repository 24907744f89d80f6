/**
 * What graphs and checkpoints have in common: element types and what a model asks a checkpoint for.
 */
@NullMarked
package dev.dovetail.core;

import org.jspecify.annotations.NullMarked;
