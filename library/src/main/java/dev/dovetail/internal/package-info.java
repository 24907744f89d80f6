/** The implementation of the public API. Not part of the API, and subject to change. */
@NullMarked
package dev.dovetail.internal;

import org.jspecify.annotations.NullMarked;
