/** Classifiers: a backbone with its own last layers. */
@NullMarked
package dev.dovetail.heads.classification;

import org.jspecify.annotations.NullMarked;
