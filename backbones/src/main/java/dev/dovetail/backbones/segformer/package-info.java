/** The encoder of SegFormer (Xie et al. 2021). */
@NullMarked
package dev.dovetail.backbones.segformer;

import org.jspecify.annotations.NullMarked;
