/** From a data set and a model to metrics. */
@NullMarked
package dev.dovetail.models.evaluation;

import org.jspecify.annotations.NullMarked;
