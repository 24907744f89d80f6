/** Common parts of tasks for networks with query masks. */
@NullMarked
package dev.dovetail.tasks.masks;

import org.jspecify.annotations.NullMarked;
