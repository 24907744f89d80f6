/** D-FINE, which refines distributions of box edges, and its successor DEIMv2. */
@NullMarked
package dev.dovetail.heads.dfine;

import org.jspecify.annotations.NullMarked;
