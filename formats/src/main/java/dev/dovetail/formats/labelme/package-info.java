/** Annotation files of LabelMe: one JSON file for each image. */
@NullMarked
package dev.dovetail.formats.labelme;

import org.jspecify.annotations.NullMarked;
