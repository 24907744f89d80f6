/** YOLOS, a plain vision transformer for object detection (Fang et al. 2021). */
@NullMarked
package dev.dovetail.heads.yolos;

import org.jspecify.annotations.NullMarked;
