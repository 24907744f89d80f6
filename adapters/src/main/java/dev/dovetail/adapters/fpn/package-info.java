/** The feature pyramid network (Lin et al. 2017). */
@NullMarked
package dev.dovetail.adapters.fpn;

import org.jspecify.annotations.NullMarked;
