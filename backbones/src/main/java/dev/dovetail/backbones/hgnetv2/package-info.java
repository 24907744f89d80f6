/** PP-HGNetV2, the convolutional backbone of D-FINE, DEIM and DEIMv2. */
@NullMarked
package dev.dovetail.backbones.hgnetv2;

import org.jspecify.annotations.NullMarked;
