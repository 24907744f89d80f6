/** FCOS (Tian et al. 2019). */
@NullMarked
package dev.dovetail.heads.fcos;

import org.jspecify.annotations.NullMarked;
