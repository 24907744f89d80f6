/** Directories as Hugging Face transformers saves them. */
@NullMarked
package dev.dovetail.models.huggingface;

import org.jspecify.annotations.NullMarked;
