/** Residual convolutional networks. */
package dev.dovetail.backbones.resnet;
