/** Annotation files of Pascal VOC: one XML file for each image. */
package dev.dovetail.data.voc;
