/**
 * The interfaces of adapters, which compute a feature pyramid with a backbone, and necks, which
 * compute one from another pyramid.
 */
@NullMarked
package dev.dovetail.adapters;

import org.jspecify.annotations.NullMarked;
