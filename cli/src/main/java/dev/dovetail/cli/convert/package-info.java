/** The verb {@code convert}: data sets of other formats become COCO's. */
package dev.dovetail.cli.convert;
