/** Videos, read and written with FFmpeg. */
@NullMarked
package dev.dovetail.video;

import org.jspecify.annotations.NullMarked;
