/** DPT (Ranftl et al. 2021): tokens of a plain backbone as maps, and their fusion. */
@NullMarked
package dev.dovetail.adapters.dpt;

import org.jspecify.annotations.NullMarked;
