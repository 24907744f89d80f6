/** Semantic segmentation: a class for every pixel. */
package dev.dovetail.tasks.segmentation;
