/** The interfaces of heads and the networks that are composed of parts. */
@NullMarked
package dev.dovetail.heads;

import org.jspecify.annotations.NullMarked;
