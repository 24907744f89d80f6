/** JSON configs: reading, overriding, checking against records, and the registry of parts. */
@NullMarked
package dev.dovetail.models.config;

import org.jspecify.annotations.NullMarked;
