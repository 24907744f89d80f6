/** How configs of Hugging Face transformers become models of ours. */
@NullMarked
package dev.dovetail.registry.huggingface;

import org.jspecify.annotations.NullMarked;
