/** Reading and writing of videos with FFmpeg. */
@NullMarked
package dev.dovetail.video;

import org.jspecify.annotations.NullMarked;
