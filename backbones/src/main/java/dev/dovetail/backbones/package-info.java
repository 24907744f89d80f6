/** Feature extractors that can be cut: plain ViT, BEiT, ViT baseline. */
@NullMarked
package dev.dovetail.backbones;

import org.jspecify.annotations.NullMarked;
