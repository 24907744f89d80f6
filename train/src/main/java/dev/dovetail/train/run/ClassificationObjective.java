package dev.dovetail.train.run;

import dev.dovetail.TrainingData;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.train.data.ImageFolderTrainingSet;
import dev.dovetail.train.data.Sampler;
import dev.dovetail.train.data.TrainingSet;
import dev.dovetail.train.engine.Tensors;
import dev.dovetail.train.loss.CrossEntropy;
import dev.dovetail.train.loss.Losses;
import dev.dovetail.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * Image classification.
 *
 * @param divisor the sides of an input are multiples of this number
 */
record ClassificationObjective(int divisor) implements Objective {

  @Override
  public Recipe usualRecipe() {
    return Recipe.classification();
  }

  @Override
  public Annotations read(TrainingData data, Warnings warnings) throws IOException {
    Path folder = data.images();
    if (!Files.exists(data.annotations()) || !Files.isSameFile(folder, data.annotations())) {
      throw new IllegalArgumentException(
          "a classifier needs one directory with a subdirectory of images for each class, but"
              + " the images are in "
              + folder
              + " and the annotations in "
              + data.annotations()
              + "; specify that directory as the images, without annotations");
    }
    // The images are opened again with the model's classes, and that call reports warnings.
    Warnings ignored = new Warnings(Strictness.LENIENT);
    List<String> names = ImageFolderTrainingSet.open(folder, List.of(), ignored).classes();
    return new Annotations() {
      @Override
      public Optional<List<String>> classes() {
        return Optional.of(names);
      }

      @Override
      public TrainingSet images(List<String> classes) throws IOException {
        return ImageFolderTrainingSet.open(folder, classes, warnings);
      }
    };
  }

  @Override
  public Sampler sampler(TrainingSet set, Recipe.Batches batches) {
    return Sampler.epochs(set.count(), batches.batch(), batches.seed());
  }

  @Override
  public Loss loss(Recipe recipe) {
    CrossEntropy entropy = CrossEntropy.ofClasses(recipe.regularization().labelSmoothing());
    return (forward, batch, padded, inputs, seed) -> {
      Tensor labels = Tensors.of(batch.imageClasses(), forward.parameters().type());
      Tensor loss = entropy.of(forward.run(inputs).get("logits"), labels);
      return new Losses(Map.of("loss_cls", loss), loss);
    };
  }

  @Override
  public String metric() {
    return "top1";
  }
}
