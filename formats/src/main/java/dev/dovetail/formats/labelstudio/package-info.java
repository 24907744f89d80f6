/** Exports of Label Studio: one JSON file for many images. */
@NullMarked
package dev.dovetail.formats.labelstudio;

import org.jspecify.annotations.NullMarked;
