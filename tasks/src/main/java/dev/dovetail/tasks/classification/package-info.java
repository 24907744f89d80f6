/** A class for a whole image, or an embedding of it. */
@NullMarked
package dev.dovetail.tasks.classification;

import org.jspecify.annotations.NullMarked;
