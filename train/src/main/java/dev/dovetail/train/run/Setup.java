package dev.dovetail.train.run;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.TrainingOptions;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.images.Image;
import dev.dovetail.images.draw.Palette;
import dev.dovetail.internal.NamedModel;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
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
 * A training made ready: the model with the data set's classes, the set, and the recipe.
 *
 * @param named the model, with the classes of the data
 * @param steps how many there are in the whole training
 * @param epoch how many steps go through the set once
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
   * @param warnings takes what is odd in the data
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if config and data do not fit together
   */
  static Setup of(TrainingOptions options, Warnings warnings) throws IOException {
    NamedModel named = named(options);
    Model<?, ?> model = named.config().model();
    Objective objective = Objective.of(model);
    Recipe recipe = Recipe.read(named.config().training(), objective.usualRecipe());
    TrainingSet set = objective.open(options.data(), model.classes(), warnings);
    Sampler sampler = objective.sampler(set, recipe.batches());
    int accumulate = recipe.batches().accumulate();
    long epoch = (sampler.batchesPerEpoch() + accumulate - 1) / accumulate;
    return new Setup(named, objective, recipe, set, sampler, recipe.length().steps(epoch), epoch);
  }

  /** The model's config. */
  ModelConfig config() {
    return named.config();
  }

  /** The model with the classes of the data, where these have names and are others. */
  private static NamedModel named(TrainingOptions options) throws IOException {
    NamedModel named =
        NamedModel.find(options.model(), options.overrides(), options.listener()::say);
    Model<?, ?> model = named.config().model();
    // What is odd is counted when the set is opened.
    Optional<List<String>> found =
        Objective.of(model).classes(options.data(), new Warnings(Strictness.LENIENT));
    if (found.isEmpty() || new HashSet<>(found.get()).equals(new HashSet<>(model.classes()))) {
      return named;
    }
    List<String> names = found.get();
    if (model.network().classes() != names.size() || !model.classes().isEmpty()) {
      options
          .listener()
          .say(
              "the model gets the "
                  + names.size()
                  + " classes of the data set ("
                  + shortened(names)
                  + ") in place of the config's "
                  + model.network().classes());
    }
    List<String> overrides = new ArrayList<>(options.overrides());
    overrides.add("head.classes=" + names.size());
    overrides.add("classes=" + JSON.writeValueAsString(names));
    return NamedModel.find(options.model(), overrides, note -> {}); // they were said before
  }

  private static String shortened(List<String> names) {
    int shown = 8;
    return names.size() <= shown
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, shown)) + ", …";
  }

  /** The config of the run: the model's and the recipe, every default written out. */
  ObjectNode resolved() {
    ObjectNode resolved = config().resolved().deepCopy();
    resolved.set("training", recipe.toJson());
    return resolved;
  }

  /** A picture of a batch as a step gets it. */
  Image picture(Batch batch) {
    return new BatchPicture(config().model().classes(), Palette.distinct())
        .draw(batch, objective.padded(batch));
  }

  /**
   * Starts to make batches.
   *
   * @param step how many steps were done before
   */
  BatchLoader loader(long step) {
    return new BatchLoader(
        set,
        sampler,
        recipe.augmentation().transform(),
        new BatchLoader.Settings(
            recipe.batches().seed(),
            recipe.batches().loaders(),
            2 * recipe.batches().loaders(),
            step * recipe.batches().accumulate()));
  }
}
