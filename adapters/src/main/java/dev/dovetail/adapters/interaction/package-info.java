/**
 * The common parts of ViT-Adapter and ViT-CoMer: a convolutional branch beside a plain transformer.
 */
@NullMarked
package dev.dovetail.adapters.interaction;

import org.jspecify.annotations.NullMarked;
