package dev.dovetail.train.run;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.TrainingData;
import dev.dovetail.TrainingOptions;
import dev.dovetail.formats.Warnings;
import dev.dovetail.images.Image;
import dev.dovetail.images.draw.Palette;
import dev.dovetail.internal.NamedModel;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.tasks.Evaluation;
import dev.dovetail.tasks.EvaluationData;
import dev.dovetail.train.data.Batch;
import dev.dovetail.train.data.BatchLoader;
import dev.dovetail.train.data.BatchPicture;
import dev.dovetail.train.data.Sampler;
import dev.dovetail.train.data.TrainingSet;
import dev.dovetail.train.recipe.Recipe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * The preparation of a training run: the model with the classes of the data set, the set and the
 * recipe.
 *
 * @param named the model, with the classes of the data
 * @param steps the total number of steps
 * @param epoch the number of steps per epoch
 */
record Setup(
    NamedModel named,
    Objective objective,
    Recipe recipe,
    TrainingSet set,
    Sampler sampler,
    long steps,
    long epoch) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * Reads the config and finds the data.
   *
   * @param warnings collects warnings about the data
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if the config does not match the data
   */
  static Setup of(TrainingOptions options, Warnings warnings) throws IOException {
    NamedModel requested =
        NamedModel.find(options.model(), options.overrides(), options.listener()::say);
    Objective.Annotations annotations =
        Objective.of(requested.config().model()).read(options.data(), warnings);
    NamedModel named = withClasses(annotations.classes(), requested, options);
    Model<?, ?> model = named.config().model();
    Objective objective = Objective.of(model);
    Recipe recipe = Recipe.read(named.config().training(), objective.usualRecipe());
    TrainingSet set = annotations.images(model.classes());
    options.listener().say("training on " + set.summary());
    if (options.validation().isPresent()) {
      requireUsable(options.validation().get(), model, warnings);
    }
    Sampler sampler = objective.sampler(set, recipe.batches());
    int accumulate = recipe.batches().accumulate();
    long epoch = (sampler.batchesPerEpoch() + accumulate - 1) / accumulate;
    return new Setup(named, objective, recipe, set, sampler, recipe.length().steps(epoch), epoch);
  }

  /** Returns the model's config. */
  ModelConfig config() {
    return named.config();
  }

  /** Opens the validation set now, since errors in it would otherwise be found after hours. */
  private static void requireUsable(TrainingData validation, Model<?, ?> model, Warnings warnings)
      throws IOException {
    EvaluationData data =
        new EvaluationData(validation.images(), validation.annotations(), warnings);
    Evaluation<?> evaluation = model.task().evaluation(data, model.classes());
    if (evaluation.samples().isEmpty()) {
      throw new IllegalArgumentException(validation.annotations() + " has no image to validate on");
    }
    evaluation.prepare();
  }

  /**
   * Returns the model with the classes of the data, if these have names and differ from the
   * model's.
   */
  private static NamedModel withClasses(
      Optional<List<String>> dataClasses, NamedModel named, TrainingOptions options)
      throws IOException {
    Model<?, ?> model = named.config().model();
    if (dataClasses.isEmpty()
        || new HashSet<>(dataClasses.get()).equals(new HashSet<>(model.classes()))) {
      return named;
    }
    List<String> names = dataClasses.get();
    if (model.network().classes() != names.size() || !model.classes().isEmpty()) {
      options
          .listener()
          .say(
              "the model uses the "
                  + names.size()
                  + " classes of the data set ("
                  + shortened(names)
                  + ") in place of the config's "
                  + model.network().classes());
    }
    List<String> overrides = new ArrayList<>(options.overrides());
    overrides.add("head.classes=" + names.size());
    overrides.add("classes=" + JSON.writeValueAsString(names));
    return NamedModel.find(options.model(), overrides, note -> {}); // reported before
  }

  private static String shortened(List<String> names) {
    int shown = 8;
    return names.size() <= shown
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, shown)) + ", …";
  }

  /** Returns the config of the run: the model's config and the recipe, with all defaults. */
  ObjectNode resolved() {
    ObjectNode resolved = config().resolved().deepCopy();
    resolved.set("training", recipe.toJson());
    return resolved;
  }

  /** Returns a picture of a batch after augmentation. */
  Image picture(Batch batch) {
    return new BatchPicture(config().model().classes(), Palette.distinct())
        .draw(batch, objective.padded(batch));
  }

  /**
   * Starts the threads that load batches.
   *
   * @param step the number of finished steps
   */
  BatchLoader loader(long step) {
    return new BatchLoader(
        set,
        sampler,
        recipe.augmentation().transform(),
        new BatchLoader.Settings(
            recipe.batches().seed(),
            recipe.batches().workers(),
            2 * recipe.batches().workers(),
            step * recipe.batches().accumulate()));
  }
}
