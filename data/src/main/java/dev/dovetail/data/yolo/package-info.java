/** Label files of YOLO: one text file for each image. */
package dev.dovetail.data.yolo;
