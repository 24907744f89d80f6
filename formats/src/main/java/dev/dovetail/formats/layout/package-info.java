/** Directories of data sets as they are downloaded, recognized by what is in them. */
@NullMarked
package dev.dovetail.formats.layout;

import org.jspecify.annotations.NullMarked;
