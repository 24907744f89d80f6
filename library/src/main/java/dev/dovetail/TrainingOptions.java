package dev.dovetail;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The options of a training run. The config's section {@code training} specifies the optimizer,
 * schedule, augmentation and batch size.
 *
 * @param model a config file, or the name of a config shipped with Dovetail
 * @param overrides config overrides of the form {@code key=value}, such as {@code training.batch=4}
 * @param data the training data
 * @param validation the data to evaluate on during training; empty for no evaluation
 * @param start the initial parameters
 * @param freeze name prefixes of parameters that are not trained, such as {@code backbone} or
 *     {@code backbone.blocks.0}
 * @param out the output directory for log, checkpoints and report
 * @param listener the listener that is notified of the progress
 */
public record TrainingOptions(
    String model,
    List<String> overrides,
    TrainingData data,
    Optional<TrainingData> validation,
    Start start,
    List<String> freeze,
    Path out,
    TrainingListener listener) {

  /** Copies the lists. */
  public TrainingOptions {
    overrides = List.copyOf(overrides);
    freeze = List.copyOf(freeze);
  }

  /**
   * The initial parameters of a training run.
   *
   * @param weights a checkpoint to initialize the model from; empty to initialize it randomly
   * @param weightsKey the key of the set of weights, if the checkpoint contains several sets
   * @param resume whether to continue the run in the output directory; if there is none, a new run
   *     starts
   */
  public record Start(Optional<Path> weights, Optional<String> weightsKey, boolean resume) {

    /** {@return a start with random parameters} */
    public static Start scratch() {
      return new Start(Optional.empty(), Optional.empty(), false);
    }
  }

  /**
   * {@return a builder without validation, checkpoint, frozen parameters or listener}
   *
   * @param model a config file, or the name of a config shipped with Dovetail
   * @param data the training data
   * @param out the output directory
   */
  public static Builder of(String model, TrainingData data, Path out) {
    return new Builder(model, data, out);
  }

  /** Builds options. */
  public static final class Builder {

    private final String model;
    private final TrainingData data;
    private final Path out;
    private final List<String> overrides = new ArrayList<>();
    private final List<String> freeze = new ArrayList<>();
    private Optional<TrainingData> validation = Optional.empty();
    private Start start = Start.scratch();
    private TrainingListener listener = TrainingListener.SILENT;

    private Builder(String model, TrainingData data, Path out) {
      this.model = model;
      this.data = data;
      this.out = out;
    }

    /**
     * Overrides a value of the config with an assignment such as {@code training.iterations=500}.
     */
    public Builder set(String keyAndValue) {
      overrides.add(keyAndValue);
      return this;
    }

    /** Sets the data to evaluate on during training. */
    public Builder validation(TrainingData set) {
      validation = Optional.of(set);
      return this;
    }

    /**
     * Initializes the parameters from a checkpoint: of the whole model, of the backbone only, or of
     * a model with other classes. In the last case the final layers are reinitialized.
     */
    public Builder weights(Path checkpoint) {
      start = new Start(Optional.of(checkpoint), start.weightsKey(), start.resume());
      return this;
    }

    /** Selects one of several sets of weights in the checkpoint. */
    public Builder weightsKey(String key) {
      start = new Start(start.weights(), Optional.of(key), start.resume());
      return this;
    }

    /**
     * Continues the run in the output directory. If there is none, a new run starts, with a note.
     */
    public Builder resume() {
      start = new Start(start.weights(), start.weightsKey(), true);
      return this;
    }

    /** Freezes the parameters whose names start with a prefix, such as {@code backbone}. */
    public Builder freeze(String prefix) {
      freeze.add(prefix);
      return this;
    }

    /** Sets the listener that is notified of the progress. */
    public Builder listener(TrainingListener notified) {
      listener = notified;
      return this;
    }

    /** {@return the options} */
    public TrainingOptions build() {
      return new TrainingOptions(model, overrides, data, validation, start, freeze, out, listener);
    }
  }
}
