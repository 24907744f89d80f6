/** What tasks over networks whose queries draw masks share. */
@NullMarked
package dev.dovetail.tasks.masks;

import org.jspecify.annotations.NullMarked;
