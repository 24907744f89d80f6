/** The encoder of SegFormer (Xie et al. 2021). */
package dev.dovetail.backbones.segformer;
