/** Plans on NVIDIA GPUs with operators of our own. */
@NullMarked
package dev.dovetail.cuda;

import org.jspecify.annotations.NullMarked;
