/** DPT (Ranftl et al. 2021): its head for classes, and whole models as transformers saves them. */
@NullMarked
package dev.dovetail.heads.dpt;

import org.jspecify.annotations.NullMarked;
