/** COCO AP and semantic segmentation metrics. */
package dev.dovetail.eval;
