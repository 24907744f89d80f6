/** The cache folder, and native libraries that are unpacked into it once. */
package dev.dovetail.natives;
