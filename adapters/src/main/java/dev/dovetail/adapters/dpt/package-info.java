/** DPT (Ranftl et al. 2021), which reassembles and fuses the tokens of a plain backbone. */
@NullMarked
package dev.dovetail.adapters.dpt;

import org.jspecify.annotations.NullMarked;
