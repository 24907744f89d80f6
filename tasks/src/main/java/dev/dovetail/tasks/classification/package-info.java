/** A class for a whole image, or an embedding of it. */
package dev.dovetail.tasks.classification;
