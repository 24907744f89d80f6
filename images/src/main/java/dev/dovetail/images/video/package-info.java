/** Frames of videos and webcams: what reads and writes them, whichever library does it. */
@NullMarked
package dev.dovetail.images.video;

import org.jspecify.annotations.NullMarked;
