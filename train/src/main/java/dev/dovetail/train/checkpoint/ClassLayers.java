package dev.dovetail.train.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.weights.LoadReport.Mismatch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * The parameters whose shapes depend on the number of classes. To find them, the model is traced a
 * second time with one more class: the parameters whose shapes differ belong to classification
 * layers. This works for every head, whatever the names of its layers.
 *
 * @param classes the number of classes of the model
 * @param grown the shapes of these parameters in the model with one more class
 */
record ClassLayers(int classes, Map<String, List<Long>> grown) {

  private static final String CLASSES = "classes";

  /** The config sections that may specify the number of classes. */
  private static final List<String> SECTIONS = List.of("head", "network");

  /**
   * Finds the classification layers.
   *
   * @param config the config of the model
   * @param graph the graph of the model
   */
  static ClassLayers of(ModelConfig config, Graph graph) {
    int classes = config.model().network().classes();
    ObjectNode tree = config.resolved().deepCopy();
    tree.remove(CLASSES);
    Map<String, List<Long>> grown = new LinkedHashMap<>();
    for (String section : SECTIONS) {
      if (tree.path(section) instanceof ObjectNode part && part.path(CLASSES).isInt()) {
        part.put(CLASSES, classes + 1);
        shapes(parameters(ModelConfig.of(tree, PartRegistry.load()).model())).forEach(grown::put);
        break;
      }
    }
    shapes(graph).forEach((name, shape) -> grown.remove(name, shape));
    return new ClassLayers(classes, grown);
  }

  private static Map<String, List<Long>> shapes(Graph graph) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    graph.parameters().forEach(p -> shapes.put(p.name(), p.spec().shape()));
    return shapes;
  }

  /**
   * Traces the model at its usual size. Parameters do not depend on it, but a model may reject
   * small images.
   */
  private static Graph parameters(Model<?, ?> model) {
    Size size = model.preprocess().inputSize();
    Trace trace = Trace.forTraining();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, size.height(), size.width());
    return trace.graph(
        model.network().forward(trace.root(), ImageBatch.ofInputs(trace.root(), image)).tensors());
  }

  /**
   * Returns the number of classes of the model that the mismatched tensors are from, if the number
   * of classes is the only difference.
   *
   * @return empty if there are other differences, or if the tensors contradict each other
   */
  OptionalLong classesOf(List<Mismatch> mismatches) {
    TreeSet<Long> found = new TreeSet<>();
    for (Mismatch mismatch : mismatches) {
      if (!add(found, mismatch)) {
        return OptionalLong.empty();
      }
    }
    return found.size() == 1 && found.first() > 0
        ? OptionalLong.of(found.first())
        : OptionalLong.empty();
  }

  /** Returns whether the number of classes explains a mismatch. */
  boolean has(Mismatch mismatch) {
    return add(new TreeSet<>(), mismatch);
  }

  /**
   * Returns whether each axis has the expected length, or the length for some number of classes.
   */
  private boolean add(TreeSet<Long> classCounts, Mismatch mismatch) {
    List<Long> expected = mismatch.wanted().shape();
    List<Long> actual = mismatch.found().shape();
    List<Long> larger = grown.getOrDefault(mismatch.wanted().name(), expected);
    if (actual.size() != expected.size()
        || larger.equals(expected)
        || !mismatch.found().type().isFloat()) {
      return false;
    }
    for (int axis = 0; axis < expected.size(); axis++) {
      long perClass = larger.get(axis) - expected.get(axis);
      long more = actual.get(axis) - expected.get(axis);
      if (perClass == 0 ? more != 0 : more % perClass != 0) {
        return false;
      }
      if (perClass != 0) {
        classCounts.add(classes + more / perClass);
      }
    }
    return true;
  }
}
