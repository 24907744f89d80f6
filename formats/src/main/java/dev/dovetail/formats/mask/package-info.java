/** Binary masks as run lengths, stored and compared as in the COCO tools. */
@NullMarked
package dev.dovetail.formats.mask;

import org.jspecify.annotations.NullMarked;
