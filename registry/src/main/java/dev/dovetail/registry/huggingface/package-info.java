/** How configs of Hugging Face transformers become models of ours. */
package dev.dovetail.registry.huggingface;
