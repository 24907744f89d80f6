/** Kernels compiled by NVRTC and launched through the CUDA driver. */
@NullMarked
package dev.dovetail.cuda.driver;

import org.jspecify.annotations.NullMarked;
