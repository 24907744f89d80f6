/** ConvNeXt: a convolutional network with the proportions of Swin. */
package dev.dovetail.backbones.convnext;
