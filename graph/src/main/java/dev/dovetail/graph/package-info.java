/** Symbolic tensors, scopes, operators with shape and cost rules, and graph rewriting. */
@NullMarked
package dev.dovetail.graph;

import org.jspecify.annotations.NullMarked;
