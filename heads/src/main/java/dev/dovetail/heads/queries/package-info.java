/** What detectors of the DETR family share: layers of their decoders, and boxes as coordinates. */
@NullMarked
package dev.dovetail.heads.queries;

import org.jspecify.annotations.NullMarked;
