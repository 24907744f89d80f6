/** Configs as JSON trees, and their binding to records. */
@NullMarked
package dev.dovetail.registry.config;

import org.jspecify.annotations.NullMarked;
