/** Classification and embedding of whole images. */
@NullMarked
package dev.dovetail.tasks.classification;

import org.jspecify.annotations.NullMarked;
