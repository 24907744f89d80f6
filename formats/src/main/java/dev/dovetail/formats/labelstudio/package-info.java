/** Exports of Label Studio: one JSON file for a set of images. */
@NullMarked
package dev.dovetail.formats.labelstudio;

import org.jspecify.annotations.NullMarked;
