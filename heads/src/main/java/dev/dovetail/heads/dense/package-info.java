/** What detectors of one stage have in common. */
@NullMarked
package dev.dovetail.heads.dense;

import org.jspecify.annotations.NullMarked;
