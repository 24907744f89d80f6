/** Classes of whole images, scored as torchvision and timm do. */
@NullMarked
package dev.dovetail.cli.score.classification;

import org.jspecify.annotations.NullMarked;
