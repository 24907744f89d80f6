/** LW-DETR's projector: a pyramid of the taps of a plain backbone. */
@NullMarked
package dev.dovetail.adapters.projector;

import org.jspecify.annotations.NullMarked;
