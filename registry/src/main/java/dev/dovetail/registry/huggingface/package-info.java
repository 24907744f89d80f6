/** Conversion of Hugging Face transformers configs to models of Dovetail. */
@NullMarked
package dev.dovetail.registry.huggingface;

import org.jspecify.annotations.NullMarked;
