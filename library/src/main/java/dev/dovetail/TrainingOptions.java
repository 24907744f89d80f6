package dev.dovetail;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What to train, on which data, and where to write. How it is trained (optimizer, schedule,
 * augmentation, batch) is the section {@code training} of the model's config.
 *
 * @param model a config file, or the name of a config that comes with Dovetail
 * @param overrides {@code key=value} each, laid over the config, such as {@code training.batch=4}
 * @param data what is learned from
 * @param validation what the model is evaluated on while it is trained; empty for no evaluation
 * @param start where the training begins
 * @param freeze parts of the model whose parameters do not change, by the beginning of their names:
 *     {@code backbone} or {@code backbone.blocks.0}
 * @param out the folder of the run: log, checkpoints, report
 * @param listener is notified of the progress
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
   * Where a training begins.
   *
   * @param weights a checkpoint whose parameters the model starts with; empty for initial ones
   * @param weightsKey where in the checkpoint the weights are, if it has several sets
   * @param resume whether the run in the folder is continued; without a run there, a new one begins
   */
  public record Start(Optional<Path> weights, Optional<String> weightsKey, boolean resume) {

    /** {@return a start with initial parameters} */
    public static Start scratch() {
      return new Start(Optional.empty(), Optional.empty(), false);
    }
  }

  /**
   * {@return a builder: no validation, initial parameters, nothing frozen, no listener}
   *
   * @param model a config file, or the name of a config that comes with Dovetail
   * @param data what is learned from
   * @param out the folder of the run
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

    /** Overrides a value of the config, such as {@code training.iterations=500}. */
    public Builder set(String keyAndValue) {
      overrides.add(keyAndValue);
      return this;
    }

    /** Sets what the model is evaluated on while it is trained. */
    public Builder validation(TrainingData set) {
      validation = Optional.of(set);
      return this;
    }

    /**
     * Starts with the parameters of a checkpoint: a whole one, one of the backbone alone, or one
     * for other classes, whose last layers are then reinitialised.
     */
    public Builder weights(Path checkpoint) {
      start = new Start(Optional.of(checkpoint), start.weightsKey(), start.resume());
      return this;
    }

    /** Sets where in the checkpoint the weights are, if it has several sets. */
    public Builder weightsKey(String key) {
      start = new Start(start.weights(), Optional.of(key), start.resume());
      return this;
    }

    /** Continues the run in the folder. Without a run there, a new one begins, with a note. */
    public Builder resume() {
      start = new Start(start.weights(), start.weightsKey(), true);
      return this;
    }

    /** Keeps the parameters of a part of the model unchanged, such as {@code backbone}. */
    public Builder freeze(String prefix) {
      freeze.add(prefix);
      return this;
    }

    /** Sets what is notified of the progress. */
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
