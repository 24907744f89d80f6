/** What models find in images, in columns and maps. */
@NullMarked
package dev.dovetail.data;

import org.jspecify.annotations.NullMarked;
