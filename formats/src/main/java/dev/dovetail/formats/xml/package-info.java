/** XML files of annotations, read element by element without other documents. */
@NullMarked
package dev.dovetail.formats.xml;

import org.jspecify.annotations.NullMarked;
