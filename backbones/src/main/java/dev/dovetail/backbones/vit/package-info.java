/** The plain vision transformer and what descends from it. */
package dev.dovetail.backbones.vit;
