/** SegFormer (Xie et al. 2021): its decoder, and whole models as transformers publishes them. */
@NullMarked
package dev.dovetail.heads.segformer;

import org.jspecify.annotations.NullMarked;
