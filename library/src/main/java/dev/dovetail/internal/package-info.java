/** How the library does what its door promises; not part of the API, and free to change. */
@NullMarked
package dev.dovetail.internal;

import org.jspecify.annotations.NullMarked;
