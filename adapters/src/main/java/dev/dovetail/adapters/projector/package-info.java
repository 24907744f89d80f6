/** LW-DETR's projector, which computes a pyramid from the taps of a plain backbone. */
@NullMarked
package dev.dovetail.adapters.projector;

import org.jspecify.annotations.NullMarked;
