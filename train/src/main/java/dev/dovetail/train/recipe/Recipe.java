package dev.dovetail.train.recipe;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.registry.config.RecordBinder;

/**
 * The training section of a config.
 *
 * @param length epochs or iterations
 * @param batches the images of a step
 * @param optimizer the optimizer and its learning rate
 * @param schedule the schedule of the learning rate
 * @param augmentation the transforms of images
 * @param sampling the anchors and regions in a detector's losses
 * @param regularization settings that reduce overfitting and stabilize training
 * @param intervals when the run is saved and evaluated
 */
public record Recipe(
    @JsonUnwrapped Length length,
    @JsonUnwrapped Batches batches,
    OptimizerRecipe optimizer,
    ScheduleRecipe schedule,
    AugmentationRecipe augmentation,
    Sampling sampling,
    @JsonUnwrapped Regularization regularization,
    @JsonUnwrapped Intervals intervals) {

  private static final String SECTION = "training";
  private static final String EPOCHS = "epochs";
  private static final String ITERATIONS = "iterations";

  /**
   * The length of training. In a config these are keys of the section itself.
   *
   * @param epochs passes over the data set; 0 if {@code iterations} is set
   * @param iterations steps of the optimizer; 0 if {@code epochs} is set
   */
  public record Length(int epochs, long iterations) {

    /**
     * @throws IllegalArgumentException unless exactly one of them is above 0
     */
    public Length {
      if (epochs < 0 || iterations < 0 || (epochs > 0) == (iterations > 0)) {
        throw new IllegalArgumentException(
            "epochs is "
                + epochs
                + " and iterations is "
                + iterations
                + ", expected one of them above 0; set the other to 0");
      }
    }

    /**
     * {@return the total number of steps}
     *
     * @param epoch the number of steps per epoch
     */
    public long steps(long epoch) {
      return epochs > 0 ? epochs * epoch : iterations;
    }

    /** {@return the number of steps per unit of the length: those of an epoch, or 1} */
    public long unit(long epoch) {
      return epochs > 0 ? epoch : 1;
    }
  }

  /** The type in which products are computed. Everything else is computed in float32. */
  public enum Precision {
    /** Float32. */
    FP32,
    /**
     * Bfloat16: faster on processors with bfloat16 instructions (AVX512-BF16, AMX), slower on
     * others.
     */
    BF16
  }

  /**
   * The data of a step. In a config these are keys of the section itself.
   *
   * @param batch the batch size
   * @param accumulate the number of batches whose gradients are averaged for each step
   * @param seed the seed for initial parameters, order, augmentation, sampling and dropout
   * @param workers the number of threads that decode and augment images
   * @param precision the type in which linear layers and convolutions compute products
   */
  public record Batches(int batch, int accumulate, long seed, int workers, Precision precision) {

    /**
     * @throws IllegalArgumentException if a count is less than 1
     */
    public Batches {
      requireAtLeast("batch", batch, 1);
      requireAtLeast("accumulate", accumulate, 1);
      requireAtLeast("workers", workers, 1);
    }
  }

  /**
   * The boxes of each image that a two-stage detector is trained on. Other models ignore these
   * settings.
   *
   * @param anchors the number of anchors, at most half of them positive
   * @param regions the number of proposals, at most a quarter of them positive
   */
  public record Sampling(int anchors, int regions) {

    private static final Sampling PUBLISHED = new Sampling(256, 512);

    /**
     * @throws IllegalArgumentException if a number is less than 1
     */
    public Sampling {
      requireAtLeast("anchors", anchors, 1);
      requireAtLeast("regions", regions, 1);
    }
  }

  /**
   * Settings that reduce overfitting and stabilize training. In a config these are keys of the
   * section itself.
   *
   * @param dropPath the rate of stochastic depth: the share of images for which the last residual
   *     branch is skipped; earlier branches have lower rates
   * @param labelSmoothing the share of a classifier's target that is distributed over all classes
   * @param maxGradNorm the maximum norm of all gradients; 0 for no limit
   * @param emaDecay the decay of the exponential moving average (EMA) of the parameters, such as
   *     0.999; 0 for no average. The average is evaluated and saved instead of the parameters
   */
  public record Regularization(
      double dropPath, double labelSmoothing, double maxGradNorm, double emaDecay) {

    /**
     * @throws IllegalArgumentException if a value is out of its range
     */
    public Regularization {
      requireShare("dropPath", dropPath);
      requireShare("labelSmoothing", labelSmoothing);
      requireShare("emaDecay", emaDecay);
      if (!(maxGradNorm >= 0)) {
        throw new IllegalArgumentException(
            "maxGradNorm is " + maxGradNorm + ", expected 0 (none) or more");
      }
    }
  }

  /**
   * When the run is saved and evaluated, in steps. In a config these are keys of the section
   * itself.
   *
   * @param logEvery the number of steps between log lines
   * @param saveEvery the number of steps between saved states, and so the maximum that a killed run
   *     loses; 0 to save only before evaluations
   * @param evaluateEvery the number of steps between evaluations; 0 for ten in total
   */
  public record Intervals(int logEvery, int saveEvery, int evaluateEvery) {

    /**
     * @throws IllegalArgumentException if a number is negative, or nothing would be logged
     */
    public Intervals {
      requireAtLeast("logEvery", logEvery, 1);
      requireAtLeast("saveEvery", saveEvery, 0);
      requireAtLeast("evaluateEvery", evaluateEvery, 0);
    }

    /**
     * {@return whether the model is evaluated after a step}
     *
     * @param step the number of finished steps
     * @param steps the total number of steps
     */
    public boolean evaluates(long step, long steps) {
      return step == steps || step % evaluationInterval(steps) == 0;
    }

    /**
     * {@return whether the run is saved after a step}
     *
     * @param step the number of finished steps
     * @param steps the total number of steps
     */
    public boolean saves(long step, long steps) {
      return evaluates(step, steps) || saveEvery > 0 && step % saveEvery == 0;
    }

    private long evaluationInterval(long steps) {
      return evaluateEvery > 0 ? evaluateEvery : Math.max(1, steps / 10);
    }
  }

  /**
   * Reads the section of a config.
   *
   * @param section the section as specified; empty for the defaults
   * @param defaults the defaults of the task
   * @return the recipe
   * @throws ConfigException if a key is unknown or a value is invalid; the message names the key
   */
  public static Recipe read(ObjectNode section, Recipe defaults) {
    ObjectNode values = section.deepCopy();
    // Both keys specify the length, so either of them replaces the default of the other.
    if (values.has(EPOCHS) != values.has(ITERATIONS)) {
      values.put(values.has(EPOCHS) ? ITERATIONS : EPOCHS, 0);
    }
    return RecordBinder.bind(RecordBinder.merge(defaults, values, SECTION), Recipe.class, SECTION);
  }

  /** {@return the config section of this recipe, including all defaults} */
  public ObjectNode toJson() {
    return RecordBinder.tree(this);
  }

  /**
   * {@return the settings of ViT-CoMer-S with Mask R-CNN on COCO, 12 epochs; the published batch is
   * 16 images}
   */
  public static Recipe detection() {
    return new Recipe(
        new Length(12, 0),
        new Batches(2, 1, 0, 2, Precision.FP32),
        OptimizerRecipe.adamW(1e-4, 0.05, 0.7),
        ScheduleRecipe.step(new ScheduleRecipe.Warmup(500, 1e-3), 8, 11),
        AugmentationRecipe.detection(),
        Sampling.PUBLISHED,
        new Regularization(0.2, 0, 0, 0),
        new Intervals(50, 0, 0));
  }

  /**
   * {@return the settings of ViT-CoMer-S with UperNet on ADE20K, 160,000 steps; the published batch
   * is 16 images}
   */
  public static Recipe segmentation() {
    return new Recipe(
        new Length(0, 160_000),
        new Batches(2, 1, 0, 2, Precision.FP32),
        OptimizerRecipe.adamW(6e-5, 0.01, 0.95),
        ScheduleRecipe.poly(new ScheduleRecipe.Warmup(1500, 1e-6)),
        AugmentationRecipe.segmentation(),
        Sampling.PUBLISHED,
        new Regularization(0.2, 0, 0, 0),
        new Intervals(50, 0, 0));
  }

  /**
   * {@return AdamW at 3e-5 over 10 epochs with a cosine schedule and gradients clipped to norm 1}
   */
  public static Recipe classification() {
    return new Recipe(
        new Length(10, 0),
        new Batches(32, 1, 0, 2, Precision.FP32),
        OptimizerRecipe.adamW(3e-5, 0.01, 1),
        ScheduleRecipe.cosine(ScheduleRecipe.Warmup.NONE),
        AugmentationRecipe.classification(),
        Sampling.PUBLISHED,
        new Regularization(0, 0, 1, 0),
        new Intervals(50, 0, 0));
  }

  static void requireAtLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + value + ", expected at least " + least);
    }
  }

  private static void requireShare(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          name + " is " + value + ", expected at least 0 and less than 1");
    }
  }
}
