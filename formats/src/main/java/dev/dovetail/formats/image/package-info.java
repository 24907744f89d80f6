/**
 * Image files by their bytes: formats, sizes in headers, and PNG files with their samples. Nothing
 * here decodes a photo.
 */
@NullMarked
package dev.dovetail.formats.image;

import org.jspecify.annotations.NullMarked;
