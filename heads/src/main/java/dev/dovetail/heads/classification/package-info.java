/** Classifiers, which are backbones with their own last layers. */
@NullMarked
package dev.dovetail.heads.classification;

import org.jspecify.annotations.NullMarked;
