/** What makes a feature pyramid with a backbone or of another pyramid: the contracts. */
@NullMarked
package dev.dovetail.adapters;

import org.jspecify.annotations.NullMarked;
