/** How the library does what its door promises; not part of the API, and free to change. */
package dev.dovetail.internal;
