/** Targets and losses of Mask R-CNN: which box learns which object. */
@NullMarked
package dev.dovetail.train.detection;

import org.jspecify.annotations.NullMarked;
