/** What models found, in files of other formats than COCO. */
@NullMarked
package dev.dovetail.formats.predictions;

import org.jspecify.annotations.NullMarked;
