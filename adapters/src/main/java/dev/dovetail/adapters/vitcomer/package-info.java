/** ViT-CoMer (Xia et al., CVPR 2024), over plain and hierarchical backbones. */
@NullMarked
package dev.dovetail.adapters.vitcomer;

import org.jspecify.annotations.NullMarked;
