/** The ends of networks that are composed of parts: the contracts and the networks. */
@NullMarked
package dev.dovetail.heads;

import org.jspecify.annotations.NullMarked;
