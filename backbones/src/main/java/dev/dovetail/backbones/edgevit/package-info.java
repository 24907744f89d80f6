/** EdgeViT (Pan et al. 2022). */
package dev.dovetail.backbones.edgevit;
