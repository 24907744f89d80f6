/** ConvNeXt, a convolutional network with stages like those of Swin. */
@NullMarked
package dev.dovetail.backbones.convnext;

import org.jspecify.annotations.NullMarked;
