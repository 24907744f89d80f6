package dev.dovetail.train.run;

import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.models.ImageInputs;
import dev.dovetail.models.Model;
import dev.dovetail.train.data.Batch;
import dev.dovetail.train.engine.Executable;
import dev.dovetail.train.engine.Masks;
import dev.dovetail.train.engine.Parameters;
import dev.dovetail.train.engine.Pass;
import dev.dovetail.train.engine.RandomMasks;
import dev.dovetail.train.engine.Tensors;
import dev.dovetail.train.loss.Losses;
import dev.dovetail.train.recipe.Recipe;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;

/**
 * Runs forward and backward passes. A graph is traced for each input size, and the most recently
 * used graphs are kept.
 */
final class Steps implements AutoCloseable {

  /**
   * The maximum number of graphs. Multi-scale training has many sizes, and each graph's constants
   * need memory.
   */
  private static final int KEPT = 8;

  private record Key(int images, Size padded) {}

  private final Model<?, ?> model;
  private final Objective objective;
  private final Objective.Loss loss;
  private final double dropPath;
  private final Recipe.Precision precision;
  private final long seed;
  private final RandomMasks masks;
  private final Map<Key, Executable> ready =
      new LinkedHashMap<>(KEPT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Executable> eldest) {
          if (size() <= KEPT) {
            return false;
          }
          eldest.getValue().close();
          return true;
        }
      };

  Steps(Setup setup) {
    this.model = setup.config().model();
    this.objective = setup.objective();
    this.loss = objective.loss(setup.recipe());
    this.dropPath = setup.recipe().regularization().dropPath();
    this.precision = setup.recipe().batches().precision();
    this.seed = setup.recipe().batches().seed();
    this.masks = Masks.random(seed);
  }

  /**
   * Traces the graph from the images to the network's outputs in training. Its inputs are {@code
   * image}, uint8 [images, height, width, 3], and {@code img_shape}, as in the inference graph.
   */
  Graph graph(int images, Size padded) {
    Trace trace = Trace.forTraining(dropPath);
    Scope root = trace.root();
    Tensor pixels = trace.input("image", DType.UINT8, images, padded.height(), padded.width(), 3);
    ImageBatch batch =
        root.in("preprocess", s -> ImageInputs.normalise(s, pixels, model.preprocess()));
    return trace.graph(model.network().forward(root, batch).tensors());
  }

  /**
   * Adds a batch's gradients to those of the parameters.
   *
   * @param passes the number of batches in the step
   * @return the terms of the loss by name, and their sum as {@code loss}
   */
  Map<String, Double> run(Parameters parameters, Batch batch, int passes) {
    Size padded = objective.padded(batch);
    Executable executable =
        ready.computeIfAbsent(
            new Key(batch.samples().size(), padded),
            key -> executable(graph(key.images(), key.padded()), parameters));
    try (PointerScope scope = new PointerScope()) {
      Map<String, org.bytedeco.pytorch.Tensor> inputs =
          Map.of(
              "image", Tensors.of(batch.pixels(padded), parameters.type()),
              "img_shape", Tensors.of(batch.imageShapes(), parameters.type()));
      Losses losses =
          loss.of(
              new Objective.Forward(executable, parameters, Pass.training(masks.at(batch.step()))),
              batch,
              padded,
              inputs,
              new SplittableRandom(seed + batch.step()).nextLong());
      Map<String, Double> values = new LinkedHashMap<>();
      values.put("loss", losses.total().item().toDouble());
      losses.terms().forEach((name, term) -> values.put(name, term.item().toDouble()));
      losses.backward(passes);
      return values;
    }
  }

  private Executable executable(Graph graph, Parameters parameters) {
    return precision == Recipe.Precision.BF16
        ? Executable.withBfloat16(graph)
        : Executable.of(graph, parameters.type());
  }

  @Override
  public void close() {
    ready.values().forEach(Executable::close);
    ready.clear();
  }
}
