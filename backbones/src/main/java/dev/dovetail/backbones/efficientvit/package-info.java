/** EfficientViT (Cai et al. 2023) of MIT. */
@NullMarked
package dev.dovetail.backbones.efficientvit;

import org.jspecify.annotations.NullMarked;
