/** Top-1 and top-5 accuracy of classifiers, equal to those of torchvision and timm. */
@NullMarked
package dev.dovetail.eval.classification;

import org.jspecify.annotations.NullMarked;
