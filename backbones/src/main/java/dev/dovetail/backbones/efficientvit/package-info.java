/** EfficientViT (Cai et al. 2023) of MIT. */
package dev.dovetail.backbones.efficientvit;
