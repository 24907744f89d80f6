/** Kernel sources, their constants and their launch configurations. Contains no native calls. */
@NullMarked
package dev.dovetail.cuda.kernels;

import org.jspecify.annotations.NullMarked;
