/** What a family of models registers: its parts, presets, layouts and Hugging Face readers. */
package dev.dovetail.registry;
