/** Configs as trees of JSON, and how they become records. */
package dev.dovetail.registry.config;
