/** RetinaNet (Lin et al. 2017). */
@NullMarked
package dev.dovetail.heads.retinanet;

import org.jspecify.annotations.NullMarked;
