/** Top-1 and top-5 accuracy of classifiers, as torchvision and timm count them. */
@NullMarked
package dev.dovetail.eval.classification;

import org.jspecify.annotations.NullMarked;
