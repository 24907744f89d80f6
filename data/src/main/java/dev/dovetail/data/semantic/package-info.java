/** Label maps, their PNG files, and data sets of images with label maps. */
package dev.dovetail.data.semantic;
