/** Remote weights, which are downloaded once, verified, and kept in the cache. */
@NullMarked
package dev.dovetail.models.remote;

import org.jspecify.annotations.NullMarked;
