package dev.dovetail.adapters;

import dev.dovetail.backbones.Features;

/**
 * Both branches of ViT-CoMer or ViT-Adapter on their way.
 *
 * @param x the transformer's tokens
 * @param c the convolutional levels at strides 8, 16 and 32
 */
public record BranchState(Features x, TokenPyramid c) {}
