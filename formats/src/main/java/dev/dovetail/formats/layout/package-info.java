/** Layouts of downloaded data sets, recognized by the contents of their directories. */
@NullMarked
package dev.dovetail.formats.layout;

import org.jspecify.annotations.NullMarked;
