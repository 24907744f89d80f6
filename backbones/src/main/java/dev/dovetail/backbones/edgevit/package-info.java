/** EdgeViT (Pan et al. 2022). */
@NullMarked
package dev.dovetail.backbones.edgevit;

import org.jspecify.annotations.NullMarked;
