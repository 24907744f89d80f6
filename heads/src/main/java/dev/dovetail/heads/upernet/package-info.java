/** UperNet (Xiao et al. 2018). */
@NullMarked
package dev.dovetail.heads.upernet;

import org.jspecify.annotations.NullMarked;
