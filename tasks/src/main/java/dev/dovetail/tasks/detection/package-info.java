/** Finding objects: boxes with labels and scores, with or without masks. */
package dev.dovetail.tasks.detection;
