/** Feature extractors that can be cut: plain ViT, BEiT, ViT baseline. */
package dev.dovetail.backbones;
