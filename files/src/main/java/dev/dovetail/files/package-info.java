/** Files and folders of a user: results written whole, text, listings, names, pipes. */
@NullMarked
package dev.dovetail.files;

import org.jspecify.annotations.NullMarked;
