/** Panoptic quality, equal to panopticapi's. */
package dev.dovetail.eval.panoptic;
