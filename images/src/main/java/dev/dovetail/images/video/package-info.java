/** Interfaces for reading and writing frames of videos and webcams, independent of the library. */
@NullMarked
package dev.dovetail.images.video;

import org.jspecify.annotations.NullMarked;
