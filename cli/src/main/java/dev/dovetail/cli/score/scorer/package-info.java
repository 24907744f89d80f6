/** What a kind of predictions implements to be scored, and what it gets. */
@NullMarked
package dev.dovetail.cli.score.scorer;

import org.jspecify.annotations.NullMarked;
