/** Devices, precision, compiled plans. */
@NullMarked
package dev.dovetail.runtime;

import org.jspecify.annotations.NullMarked;
