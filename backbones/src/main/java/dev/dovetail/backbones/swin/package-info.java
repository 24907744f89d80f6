/** Swin and Swin V2, hierarchical transformers with attention in shifted windows. */
@NullMarked
package dev.dovetail.backbones.swin;

import org.jspecify.annotations.NullMarked;
