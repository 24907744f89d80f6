/** Feature extractors that run block by block, and the readers of their Hugging Face configs. */
@NullMarked
package dev.dovetail.backbones;

import org.jspecify.annotations.NullMarked;
