/** Models from configs: the reader of configs, the registry of parts, presets, and tracing. */
@NullMarked
package dev.dovetail.models;

import org.jspecify.annotations.NullMarked;
