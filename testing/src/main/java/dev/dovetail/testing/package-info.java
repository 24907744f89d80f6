/** Test support for all modules, such as the location of the reference fixtures. */
@NullMarked
package dev.dovetail.testing;

import org.jspecify.annotations.NullMarked;
