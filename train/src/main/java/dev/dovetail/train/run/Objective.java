package dev.dovetail.train.run;

import dev.dovetail.TrainingData;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.layout.AnnotationKind;
import dev.dovetail.formats.layout.DataPaths;
import dev.dovetail.formats.layout.Split;
import dev.dovetail.graph.network.Boxes;
import dev.dovetail.graph.network.ClassLogits;
import dev.dovetail.graph.network.PixelLogits;
import dev.dovetail.heads.PyramidNetwork;
import dev.dovetail.heads.maskrcnn.MaskRcnn;
import dev.dovetail.models.Model;
import dev.dovetail.tasks.segmentation.SemanticTask;
import dev.dovetail.train.data.Batch;
import dev.dovetail.train.data.Sampler;
import dev.dovetail.train.data.TrainingSet;
import dev.dovetail.train.engine.Executable;
import dev.dovetail.train.engine.Parameters;
import dev.dovetail.train.engine.Pass;
import dev.dovetail.train.loss.Losses;
import dev.dovetail.train.recipe.Recipe;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** The training objective of a task: its data, its loss and its metric. */
interface Objective {

  /** Returns the recipe of the published models, which provides the defaults. */
  Recipe usualRecipe();

  /**
   * Reads the annotations of a data set.
   *
   * @throws IOException if they cannot be read
   * @throws IllegalArgumentException if the model cannot be trained on annotations of this kind
   */
  Annotations read(TrainingData data, Warnings warnings) throws IOException;

  /**
   * Returns the sampler that selects the images of each batch.
   *
   * @throws IOException if the size of an image cannot be read
   */
  Sampler sampler(TrainingSet set, Recipe.Batches batches) throws IOException;

  /** Returns the number that the sides of an input are multiples of. */
  int divisor();

  /** Returns the size of the network's input for a batch. */
  default Size padded(Batch batch) {
    return batch.padded(divisor());
  }

  /** Returns the loss that a recipe specifies. */
  Loss loss(Recipe recipe);

  /** Returns the name of the metric that selects the best checkpoint. */
  String metric();

  /** The annotations of a data set, which may determine the model's classes. */
  interface Annotations {

    /** Returns the class names; empty if the annotations contain only numbers. */
    Optional<List<String>> classes();

    /**
     * Opens the images.
     *
     * @param classes the model's class names in label order
     * @throws IOException if an image is missing or lacks a required annotation
     */
    TrainingSet images(List<String> classes) throws IOException;
  }

  /** A forward pass and its loss. */
  @FunctionalInterface
  interface Loss {

    /**
     * Runs the graph and computes the loss.
     *
     * @param inputs the inputs {@code image} and {@code img_shape} for the batch
     * @param seed the seed for sampling
     */
    Losses of(Forward forward, Batch batch, Size padded, Map<String, Tensor> inputs, long seed);
  }

  /** A graph with all values except its inputs. */
  record Forward(Executable executable, Parameters parameters, Pass pass) {

    Map<String, Tensor> run(Map<String, Tensor> inputs) {
      return executable.run(parameters, inputs, pass);
    }
  }

  /**
   * Returns the training split if images and annotations are the same data set directory.
   *
   * @param kind the required kind of annotations
   * @throws IOException if the data set lacks images or annotations
   * @throws IllegalArgumentException if the layout of the directory is unknown
   */
  static TrainingData located(TrainingData data, AnnotationKind kind) throws IOException {
    if (!data.images().equals(data.annotations())) {
      return data;
    }
    DataPaths paths =
        DataPaths.find(data.images(), Split.TRAIN, kind)
            .orElseThrow(() -> new IllegalArgumentException(DataPaths.unknown(data.images())));
    return new TrainingData(paths.images(), paths.annotations());
  }

  /**
   * Returns the objective for a model, based on the type of its predictions.
   *
   * @throws IllegalArgumentException if models of this type cannot be trained
   */
  static Objective of(Model<?, ?> model) {
    Class<?> predictions = model.network().predictions();
    int divisor = Math.max(1, model.preprocess().divisor());
    if (predictions == Boxes.class
        && model.network() instanceof PyramidNetwork<?> network
        && network.head() instanceof MaskRcnn head) {
      return new DetectionObjective(head, divisor);
    }
    if (predictions == PixelLogits.class && model.task() instanceof SemanticTask task) {
      return new SegmentationObjective(task, divisor);
    }
    if (predictions == ClassLogits.class) {
      return new ClassificationObjective(divisor);
    }
    String kind =
        model.network() instanceof PyramidNetwork<?> network
            ? "with the head " + network.head().getClass().getSimpleName()
            : "that predict " + predictions.getSimpleName();
    throw new IllegalArgumentException(
        "models "
            + kind
            + " cannot be trained; Mask R-CNN, semantic segmentation and classifiers can");
  }
}
