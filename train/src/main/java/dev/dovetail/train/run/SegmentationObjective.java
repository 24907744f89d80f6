package dev.dovetail.train.run;

import dev.dovetail.TrainingData;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.cityscapes.CityscapesLabel;
import dev.dovetail.formats.layout.AnnotationKind;
import dev.dovetail.formats.semantic.LabelRange;
import dev.dovetail.formats.semantic.SemanticDataset;
import dev.dovetail.tasks.segmentation.SemanticTask;
import dev.dovetail.train.data.LabelMapTrainingSet;
import dev.dovetail.train.data.Sampler;
import dev.dovetail.train.data.TrainingSet;
import dev.dovetail.train.engine.Tensors;
import dev.dovetail.train.loss.PixelLoss;
import dev.dovetail.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Semantic segmentation.
 *
 * @param divisor the sides of an input are multiples of this number
 */
record SegmentationObjective(SemanticTask task, int divisor) implements Objective {

  @Override
  public Recipe usualRecipe() {
    return Recipe.segmentation();
  }

  @Override
  public Annotations read(TrainingData source, Warnings warnings) throws IOException {
    TrainingData data = Objective.located(source, AnnotationKind.LABEL_MAPS);
    if (!Files.isDirectory(data.annotations())) {
      throw new IllegalArgumentException(
          data.annotations()
              + " is not a directory; a semantic model needs a directory of label maps (PNG)");
    }
    SemanticDataset dataset = SemanticDataset.open(data.images(), data.annotations());
    for (Path image : dataset.unlabelled()) {
      warnings.add("images without a label map (ignored)", image::toString);
    }
    for (Path map : dataset.unused()) {
      warnings.add("label maps without an image (ignored)", map::toString);
    }
    TrainingSet set =
        new LabelMapTrainingSet(
            dataset.pairs(),
            new LabelRange(task.classes(), task.labels().reduceZero(), task.labels().ignore()),
            dataset.values().table());
    return new Annotations() {
      /** Label maps contain only numbers, but the classes of Cityscapes are known. */
      @Override
      public Optional<List<String>> classes() {
        return dataset.values().areCityscapes()
            ? Optional.of(CityscapesLabel.classNames())
            : Optional.empty();
      }

      @Override
      public TrainingSet images(List<String> classes) {
        List<String> known = classes().orElse(classes);
        if (!classes.isEmpty() && !classes.equals(known)) {
          throw new IllegalArgumentException(
              "the classes of Cityscapes are "
                  + String.join(", ", known)
                  + ", in this order; correct 'classes' in the config");
        }
        return set;
      }
    };
  }

  @Override
  public Sampler sampler(TrainingSet set, Recipe.Batches batches) {
    return Sampler.continuous(set.count(), batches.batch(), batches.seed());
  }

  @Override
  public Loss loss(Recipe recipe) {
    PixelLoss loss = PixelLoss.defaults();
    return (forward, batch, padded, inputs, seed) ->
        loss.of(forward.run(inputs), Tensors.of(batch.labels(padded), forward.parameters().type()));
  }

  @Override
  public String metric() {
    return "mIoU";
  }
}
