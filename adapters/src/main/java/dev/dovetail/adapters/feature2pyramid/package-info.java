/** The pyramid of BEiT's segmenter over a plain backbone. */
@NullMarked
package dev.dovetail.adapters.feature2pyramid;

import org.jspecify.annotations.NullMarked;
