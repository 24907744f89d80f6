/** Weights that a user names by an address: downloaded once, checked, and kept in the cache. */
@NullMarked
package dev.dovetail.models.remote;

import org.jspecify.annotations.NullMarked;
