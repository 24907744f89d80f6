/** Readers of directories in the format of Hugging Face transformers. */
@NullMarked
package dev.dovetail.models.huggingface;

import org.jspecify.annotations.NullMarked;
