/** What ViT-Adapter and ViT-CoMer share: a convolutional branch beside a plain transformer. */
@NullMarked
package dev.dovetail.adapters.interaction;

import org.jspecify.annotations.NullMarked;
