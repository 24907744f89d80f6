/** What the tests of all modules share: where the reference fixtures lie. */
@NullMarked
package dev.dovetail.testing;

import org.jspecify.annotations.NullMarked;
