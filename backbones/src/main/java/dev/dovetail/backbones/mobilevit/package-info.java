/** MobileViTv2 (Mehta and Rastegari 2022). */
@NullMarked
package dev.dovetail.backbones.mobilevit;

import org.jspecify.annotations.NullMarked;
