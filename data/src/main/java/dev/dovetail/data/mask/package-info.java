/** Binary masks as run lengths, as the COCO tools store and compare them. */
package dev.dovetail.data.mask;
