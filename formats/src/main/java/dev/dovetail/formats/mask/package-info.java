/** Binary masks as run lengths, as the COCO tools store and compare them. */
@NullMarked
package dev.dovetail.formats.mask;

import org.jspecify.annotations.NullMarked;
