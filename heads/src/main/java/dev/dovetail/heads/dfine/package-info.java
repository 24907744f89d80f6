/** D-FINE, which refines distributions of box edges, and DEIMv2, which goes on from it. */
@NullMarked
package dev.dovetail.heads.dfine;

import org.jspecify.annotations.NullMarked;
