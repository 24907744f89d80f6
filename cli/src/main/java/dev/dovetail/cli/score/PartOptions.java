package dev.dovetail.cli.score;

import dev.dovetail.cli.console.OutputOption;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.score.scorer.Slice;
import dev.dovetail.cli.score.scorer.Tally;
import dev.dovetail.eval.state.EvaluatedSet;
import dev.dovetail.eval.state.StateFile;
import dev.dovetail.formats.Warnings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Options for scoring a data set in parts, at different times or on different machines. */
final class PartOptions {

  @Option(
      names = "--save-state",
      paramLabel = "FILE",
      description = "write the counts to FILE, for --merge, instead of printing the metrics")
  private Path state;

  @Option(
      names = "--slice",
      paramLabel = "I/N",
      converter = Slice.Converter.class,
      description =
          "with --save-state: score only the I-th of N parts of the images (default: the images"
              + " of --img-ids, or those with predictions in D)")
  private Slice slice;

  @Option(
      names = "--merge",
      arity = "1..*",
      paramLabel = "STATE",
      description = "score the merged files of --save-state instead of D")
  private List<Path> parts = List.of();

  /** Returns whether these options change the scoring of {@code --dt}. */
  boolean asked() {
    return state != null || slice != null || !parts.isEmpty();
  }

  /**
   * Checks the options before the scoring starts.
   *
   * @param predictions the value of {@code --dt}; null if absent
   * @throws UsageException if the options contradict each other
   * @throws IOException if the state cannot be written
   */
  void check(CommandSpec spec, Path predictions) throws IOException {
    if (parts.isEmpty() && predictions == null) {
      throw new UsageException(
          "--dt is missing: specify the predictions to score (or saved states with --merge)");
    }
    if (!parts.isEmpty() && (predictions != null || slice != null)) {
      throw new UsageException(
          "--merge replaces --dt and --slice: it merges images that were already scored");
    }
    if (slice != null && state == null) {
      throw new UsageException(
          "--slice scores only some of the images, which gives no meaningful metrics; specify"
              + " --save-state");
    }
    if (state != null) {
      OutputOption.check(spec, "--save-state", state);
    }
  }

  /** Returns whether a state is written instead of metrics. */
  boolean saves() {
    return state != null;
  }

  /**
   * Scores images or merges states, and writes a state if requested.
   *
   * @return the state; empty if metrics are requested
   */
  Optional<SavedState> run(Tally tally, Warnings warnings) throws IOException {
    EvaluatedSet set = tally.set();
    BitSet covered = parts.isEmpty() ? scored(tally) : merged(tally, set);
    if (state != null) {
      StateFile.write(state, set, covered, tally.accumulator());
      return Optional.of(new SavedState(state, covered.cardinality(), set.images().size()));
    }
    checkWhole(tally, set, covered, warnings);
    return Optional.empty();
  }

  private BitSet scored(Tally tally) throws IOException {
    return slice == null ? tally.accumulate(Slice.WHOLE, true) : tally.accumulate(slice, false);
  }

  private BitSet merged(Tally tally, EvaluatedSet set) throws IOException {
    BitSet covered = new BitSet();
    for (Path part : parts) {
      StateFile.addTo(tally.accumulator(), covered, set, part);
    }
    return covered;
  }

  private static void checkWhole(Tally tally, EvaluatedSet set, BitSet covered, Warnings warnings)
      throws IOException {
    int images = set.images().size();
    int first = covered.nextClearBit(0);
    if (first >= images) {
      return;
    }
    if (!tally.isWholeWithoutPredictions()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%d of the %d images are missing in the states; the first is %s",
              images - covered.cardinality(),
              images,
              set.images().get(first)));
    }
    for (int i = first; i < images; i = covered.nextClearBit(i + 1)) {
      String image = set.images().get(i);
      warnings.add(
          "images missing in the states (counted as images without detections)",
          () -> "image " + image);
    }
  }
}
