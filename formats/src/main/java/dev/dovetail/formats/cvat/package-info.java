/** Annotations of CVAT: one XML file for many images. */
@NullMarked
package dev.dovetail.formats.cvat;

import org.jspecify.annotations.NullMarked;
