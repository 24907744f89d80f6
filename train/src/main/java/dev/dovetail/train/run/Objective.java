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

/** The task of a training: its data, its loss and its metric. */
interface Objective {

  /** The recipe of the published models, which gives the defaults. */
  Recipe usualRecipe();

  /**
   * Reads the annotations of a data set.
   *
   * @throws IOException if they cannot be read
   * @throws IllegalArgumentException if the model does not learn from annotations of this kind
   */
  Annotations read(TrainingData data, Warnings warnings) throws IOException;

  /**
   * Chooses the images of each batch.
   *
   * @throws IOException if the size of an image cannot be read
   */
  Sampler sampler(TrainingSet set, Recipe.Batches batches) throws IOException;

  /** What the sides of an input are multiples of. */
  int divisor();

  /** The size of the network's input for a batch. */
  default Size padded(Batch batch) {
    return batch.padded(divisor());
  }

  /** The loss that a recipe asks for. */
  Loss loss(Recipe recipe);

  /** The metric by which the best checkpoint is chosen. */
  String metric();

  /** The annotations of a data set, which may decide the classes of the model. */
  interface Annotations {

    /** The names of the classes; empty if the annotations hold numbers alone. */
    Optional<List<String>> classes();

    /**
     * Finds the images.
     *
     * @param classes the names of the model's classes in the order of their labels
     * @throws IOException if an image is missing or an annotation lacks what is learned
     */
    TrainingSet images(List<String> classes) throws IOException;
  }

  /** A forward pass and its loss. */
  @FunctionalInterface
  interface Loss {

    /**
     * Runs the graph, and computes the loss.
     *
     * @param inputs {@code image} and {@code img_shape} of the batch
     * @param seed of what is sampled
     */
    Losses of(Forward forward, Batch batch, Size padded, Map<String, Tensor> inputs, long seed);
  }

  /** A graph with everything except its inputs. */
  record Forward(Executable executable, Parameters parameters, Pass pass) {

    Map<String, Tensor> run(Map<String, Tensor> inputs) {
      return executable.run(parameters, inputs, pass);
    }
  }

  /**
   * The training part of a data set, where images and annotations are its directory.
   *
   * @param kind what the annotations are to tell
   * @throws IOException if the data set lacks images or annotations
   * @throws IllegalArgumentException if the directory is of no data set that is known
   */
  static TrainingData located(TrainingData data, AnnotationKind kind) throws IOException {
    if (!data.images().equals(data.annotations())) {
      return data;
    }
    DataPaths found =
        DataPaths.find(data.images(), Split.TRAIN, kind)
            .orElseThrow(() -> new IllegalArgumentException(DataPaths.unknown(data.images())));
    return new TrainingData(found.images(), found.annotations());
  }

  /**
   * The objective of a model, by its kind of predictions.
   *
   * @throws IllegalArgumentException if models of its kind cannot be trained
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
            + " cannot be trained; Mask R-CNN, models that classify pixels, and classifiers can");
  }
}
