/** The verb {@code convert}: data sets of other formats become COCO's. */
@NullMarked
package dev.dovetail.cli.convert;

import org.jspecify.annotations.NullMarked;
