/** Images, data sets, masks and drawing. */
package dev.dovetail.data;
