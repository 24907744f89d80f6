/** Directories as Hugging Face transformers saves them. */
package dev.dovetail.models.huggingface;
