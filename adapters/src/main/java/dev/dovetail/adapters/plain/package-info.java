/** A backbone's own maps, which adapters are compared with. */
@NullMarked
package dev.dovetail.adapters.plain;

import org.jspecify.annotations.NullMarked;
