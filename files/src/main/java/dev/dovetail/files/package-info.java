/** Files and folders of a user: results written whole, text, listings, names, pipes. */
package dev.dovetail.files;
