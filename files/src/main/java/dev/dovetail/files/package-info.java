/** User files and directories: atomic writes, text files, directory listings, file names, pipes. */
@NullMarked
package dev.dovetail.files;

import org.jspecify.annotations.NullMarked;
