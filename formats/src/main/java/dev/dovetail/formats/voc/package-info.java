/** Annotation files of Pascal VOC: one XML file for each image. */
@NullMarked
package dev.dovetail.formats.voc;

import org.jspecify.annotations.NullMarked;
