/** ViT-CoMer and feature pyramids over any backbone. */
package dev.dovetail.adapters;
