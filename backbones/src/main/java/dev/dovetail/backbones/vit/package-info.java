/** The plain vision transformer and what descends from it. */
@NullMarked
package dev.dovetail.backbones.vit;

import org.jspecify.annotations.NullMarked;
