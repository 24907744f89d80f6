/** Common parts of the DETR family: decoder layers, position embeddings and box coordinates. */
@NullMarked
package dev.dovetail.heads.queries;

import org.jspecify.annotations.NullMarked;
