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

/** The options that score a set in parts, at several times or on several machines. */
final class PartOptions {

  @Option(
      names = "--save-state",
      paramLabel = "FILE",
      description = "write what was counted to FILE, for --merge, instead of the numbers")
  private Path state;

  @Option(
      names = "--slice",
      paramLabel = "I/N",
      converter = Slice.Converter.class,
      description =
          "with --save-state: score the I-th of N parts of the images alone (default: the images of"
              + " --img-ids, or those that D has predictions for)")
  private Slice slice;

  @Option(
      names = "--merge",
      arity = "1..*",
      paramLabel = "STATE",
      description = "score what these files of --save-state hold, instead of D")
  private List<Path> parts = List.of();

  /** Whether anything else is asked for than the numbers of {@code --dt}. */
  boolean asked() {
    return state != null || slice != null || !parts.isEmpty();
  }

  /**
   * Fails before long work.
   *
   * @param predictions what {@code --dt} names, or null
   * @throws UsageException if the options cannot be meant together
   * @throws IOException if the state cannot be written
   */
  void check(CommandSpec verb, Path predictions) throws IOException {
    if (parts.isEmpty() && predictions == null) {
      throw new UsageException("--dt is missing: the predictions to score (or --merge, states)");
    }
    if (!parts.isEmpty() && (predictions != null || slice != null)) {
      throw new UsageException(
          "--merge takes the place of --dt and --slice: what was scored before is joined");
    }
    if (slice != null && state == null) {
      throw new UsageException(
          "--slice scores a part of the images, whose numbers alone mean little; give --save-state");
    }
    if (state != null) {
      OutputOption.check(verb, "--save-state", state);
    }
  }

  /** Whether a state is asked for, and so no numbers. */
  boolean saves() {
    return state != null;
  }

  /**
   * Counts, or adds what was counted, and writes a state if that was asked for.
   *
   * @return the state, or nothing: then the numbers are asked for
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
              "%d of the %d images are in none of the states; the first is %s",
              images - covered.cardinality(),
              images,
              set.images().get(first)));
    }
    for (int i = first; i < images; i = covered.nextClearBit(i + 1)) {
      String image = set.images().get(i);
      warnings.add(
          "images in none of the states (taken as images without detections)",
          () -> "image " + image);
    }
  }
}
