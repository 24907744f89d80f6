/** An engine for NVIDIA GPUs with custom operators. */
@NullMarked
package dev.dovetail.cuda;

import org.jspecify.annotations.NullMarked;
