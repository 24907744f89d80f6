/** Residual convolutional networks. */
@NullMarked
package dev.dovetail.backbones.resnet;

import org.jspecify.annotations.NullMarked;
