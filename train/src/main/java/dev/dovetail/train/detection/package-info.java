/** Training targets and losses of Mask R-CNN. */
@NullMarked
package dev.dovetail.train.detection;

import org.jspecify.annotations.NullMarked;
