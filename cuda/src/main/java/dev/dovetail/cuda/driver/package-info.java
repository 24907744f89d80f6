/** Compiles kernels with NVRTC and launches them through the CUDA driver. */
@NullMarked
package dev.dovetail.cuda.driver;

import org.jspecify.annotations.NullMarked;
