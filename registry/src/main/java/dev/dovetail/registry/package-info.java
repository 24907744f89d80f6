/** The registration of model families: parts, presets, layouts and Hugging Face readers. */
@NullMarked
package dev.dovetail.registry;

import org.jspecify.annotations.NullMarked;
