/** Configs as trees of JSON, and how they become records. */
@NullMarked
package dev.dovetail.registry.config;

import org.jspecify.annotations.NullMarked;
