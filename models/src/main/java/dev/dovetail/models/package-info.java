/** A config becomes a model: registry, presets, pipelines. */
@NullMarked
package dev.dovetail.models;

import org.jspecify.annotations.NullMarked;
