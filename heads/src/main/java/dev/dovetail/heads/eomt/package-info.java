/** EoMT, a plain vision transformer for segmentation (Kerssies et al. 2025). */
@NullMarked
package dev.dovetail.heads.eomt;

import org.jspecify.annotations.NullMarked;
