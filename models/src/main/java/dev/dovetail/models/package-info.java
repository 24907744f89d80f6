/** A config becomes a model: registry, presets, pipelines. */
package dev.dovetail.models;
