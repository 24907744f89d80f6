/** DETR (Carion et al. 2020). */
@NullMarked
package dev.dovetail.heads.detr;

import org.jspecify.annotations.NullMarked;
