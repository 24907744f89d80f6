package dev.dovetail.adapters.interaction;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.nn.TokenPyramid;

/**
 * The state of both branches of ViT-CoMer or ViT-Adapter before or after a stage.
 *
 * @param x the transformer's tokens
 * @param c the convolutional levels at strides 8, 16 and 32
 */
public record BranchState(Features x, TokenPyramid c) {}
