/** The cache directory, and native libraries that are unpacked into it once. */
@NullMarked
package dev.dovetail.natives;

import org.jspecify.annotations.NullMarked;
