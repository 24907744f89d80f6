/** XML files of annotations, read element by element without external documents. */
@NullMarked
package dev.dovetail.formats.xml;

import org.jspecify.annotations.NullMarked;
