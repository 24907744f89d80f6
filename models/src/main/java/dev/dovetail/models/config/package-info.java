/** JSON configs: reading, overriding, checking against records, and the registry of parts. */
package dev.dovetail.models.config;
