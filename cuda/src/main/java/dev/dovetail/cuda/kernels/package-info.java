/** Kernels: their text, their constants and how they are launched. Nothing native. */
@NullMarked
package dev.dovetail.cuda.kernels;

import org.jspecify.annotations.NullMarked;
