/** Annotations of CVAT: one XML file for a set of images. */
@NullMarked
package dev.dovetail.formats.cvat;

import org.jspecify.annotations.NullMarked;
