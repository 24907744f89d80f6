/** ConvNeXt: a convolutional network with the proportions of Swin. */
@NullMarked
package dev.dovetail.backbones.convnext;

import org.jspecify.annotations.NullMarked;
