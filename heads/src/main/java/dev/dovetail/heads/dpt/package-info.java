/** DPT (Ranftl et al. 2021): its segmentation head, and whole models as saved by transformers. */
@NullMarked
package dev.dovetail.heads.dpt;

import org.jspecify.annotations.NullMarked;
