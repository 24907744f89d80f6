/** The plain vision transformer and its descendants. */
@NullMarked
package dev.dovetail.backbones.vit;

import org.jspecify.annotations.NullMarked;
