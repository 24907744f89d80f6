/** Scores of image classification, as torchvision and timm compute them. */
@NullMarked
package dev.dovetail.cli.score.classification;

import org.jspecify.annotations.NullMarked;
