package dev.dovetail.train.run;

import dev.dovetail.TrainingData;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Warnings;
import dev.dovetail.train.data.Batch;
import dev.dovetail.train.data.ImageFolderTrainingSet;
import dev.dovetail.train.data.Sampler;
import dev.dovetail.train.data.TrainingSet;
import dev.dovetail.train.engine.Tensors;
import dev.dovetail.train.loss.CrossEntropy;
import dev.dovetail.train.loss.Losses;
import dev.dovetail.train.recipe.Recipe;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * The class of an image.
 *
 * @param divisor what the sides of an input are multiples of
 */
record ClassificationObjective(int divisor) implements Objective {

  @Override
  public Recipe usualRecipe() {
    return Recipe.classification();
  }

  @Override
  public Optional<List<String>> classes(TrainingData data, Warnings warnings) throws IOException {
    return Optional.of(
        ImageFolderTrainingSet.open(data.annotations(), List.of(), warnings).classes());
  }

  @Override
  public TrainingSet open(TrainingData data, List<String> classes, Warnings warnings)
      throws IOException {
    return ImageFolderTrainingSet.open(data.annotations(), classes, warnings);
  }

  @Override
  public Sampler sampler(TrainingSet set, Recipe.Batches batches) {
    return Sampler.epochs(set.count(), batches.batch(), batches.seed());
  }

  @Override
  public Size padded(Batch batch) {
    return batch.padded(divisor);
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
