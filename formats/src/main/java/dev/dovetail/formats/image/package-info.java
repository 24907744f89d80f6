/**
 * Image files at the level of bytes: formats, sizes in headers, and PNG files with their samples.
 * This package does not decode photos.
 */
@NullMarked
package dev.dovetail.formats.image;

import org.jspecify.annotations.NullMarked;
