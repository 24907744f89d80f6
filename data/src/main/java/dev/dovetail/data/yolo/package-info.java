/** Label files of YOLO: one text file for each image. */
@NullMarked
package dev.dovetail.data.yolo;

import org.jspecify.annotations.NullMarked;
