/**
 * The verb {@code score}. To score another kind of predictions, write a {@link
 * dev.dovetail.cli.score.scorer.Scorer}, give it a line in {@link
 * dev.dovetail.cli.score.ScoreType}, and put options that it alone reads into an {@link
 * dev.dovetail.cli.score.scorer.OptionGroup} of {@link dev.dovetail.cli.score.ScoreOptions}.
 */
@NullMarked
package dev.dovetail.cli.score;

import org.jspecify.annotations.NullMarked;
