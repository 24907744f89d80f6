package dev.dovetail.train.checkpoint;

import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.tensors.CheckpointException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The progress of a training run.
 *
 * @param step the number of finished steps
 * @param seed the seed of its random numbers
 * @param facts other values that a resumed run needs, such as the best result so far
 */
public record Progress(long step, long seed, Map<String, String> facts) {

  /** The remedy if a state cannot be used. */
  static final String ADVICE =
      "; a run cannot be resumed from it. Start a new run, which can load the weights that"
          + " the run has saved along with it";

  private static final String FORMAT = "dovetail-training-state";
  private static final String VERSION = "1";
  private static final String FACT = "fact.";

  /** Copies the facts. */
  public Progress {
    facts = Map.copyOf(facts);
  }

  /** Reads the progress from a file's metadata. */
  Map<String, String> metadata() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("format", FORMAT);
    all.put("version", VERSION);
    all.put("step", Long.toString(step));
    all.put("seed", Long.toString(seed));
    facts.forEach((name, value) -> all.put(FACT + name, value));
    return all;
  }

  static Progress of(Checkpoint checkpoint) throws IOException {
    Map<String, ?> meta = checkpoint.meta();
    if (!FORMAT.equals(meta.get("format"))) {
      throw new CheckpointException(
          checkpoint.path(), "is not a training state written by 'train'" + ADVICE);
    }
    if (!VERSION.equals(meta.get("version"))) {
      throw new CheckpointException(
          checkpoint.path(),
          "has version "
              + meta.get("version")
              + ", but this program reads version "
              + VERSION
              + "; resume with the version of the program that wrote it");
    }
    Map<String, String> facts = new LinkedHashMap<>();
    meta.forEach(
        (name, value) -> {
          if (name.startsWith(FACT)) {
            facts.put(name.substring(FACT.length()), String.valueOf(value));
          }
        });
    return new Progress(number(checkpoint, "step"), number(checkpoint, "seed"), facts);
  }

  private static long number(Checkpoint checkpoint, String name) throws IOException {
    String text = String.valueOf(checkpoint.meta().get(name));
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new CheckpointException(
          checkpoint.path(),
          "has the "
              + name
              + " "
              + CheckpointException.quote(text)
              + ", expected a whole number: it is damaged"
              + ADVICE);
    }
  }
}
