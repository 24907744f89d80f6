/** Swin and Swin V2: attention in shifted windows, a pyramid of stages. */
@NullMarked
package dev.dovetail.backbones.swin;

import org.jspecify.annotations.NullMarked;
