/** YOLOS: a plain vision transformer that detects (Fang et al. 2021). */
@NullMarked
package dev.dovetail.heads.yolos;

import org.jspecify.annotations.NullMarked;
