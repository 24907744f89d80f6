/** Interfaces for scoring a kind of predictions, and their inputs. */
@NullMarked
package dev.dovetail.cli.score.scorer;

import org.jspecify.annotations.NullMarked;
