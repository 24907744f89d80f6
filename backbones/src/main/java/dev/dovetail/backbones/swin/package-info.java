/** Swin and Swin V2: attention in shifted windows, a pyramid of stages. */
package dev.dovetail.backbones.swin;
