/** Label files of YOLO: one text file for each image. */
@NullMarked
package dev.dovetail.formats.yolo;

import org.jspecify.annotations.NullMarked;
