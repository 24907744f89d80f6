/** ViT-CoMer and feature pyramids over any backbone. */
@NullMarked
package dev.dovetail.adapters;

import org.jspecify.annotations.NullMarked;
