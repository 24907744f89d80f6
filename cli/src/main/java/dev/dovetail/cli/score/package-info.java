/**
 * The command {@code score}. To support another kind of predictions, implement a {@link
 * dev.dovetail.cli.score.scorer.Scorer} and add it to {@link dev.dovetail.cli.score.ScoreType}.
 * Options that only apply to the new type form an {@link dev.dovetail.cli.score.scorer.OptionGroup}
 * in {@link dev.dovetail.cli.score.ScoreOptions}.
 */
@NullMarked
package dev.dovetail.cli.score;

import org.jspecify.annotations.NullMarked;
