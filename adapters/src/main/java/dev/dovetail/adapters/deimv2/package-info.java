/** The spatial tuning adapter of DEIMv2 (Huang et al. 2025). */
@NullMarked
package dev.dovetail.adapters.deimv2;

import org.jspecify.annotations.NullMarked;
