/** How sure a difference of two results is: the bootstrap over images. */
@NullMarked
package dev.dovetail.eval.bootstrap;

import org.jspecify.annotations.NullMarked;
