/** What training minimises. */
@NullMarked
package dev.dovetail.train.loss;

import org.jspecify.annotations.NullMarked;
