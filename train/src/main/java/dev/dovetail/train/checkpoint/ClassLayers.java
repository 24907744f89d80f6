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
 * Which parameters have shapes that depend on the number of classes, and how. The model itself
 * tells: it is traced a second time with one class more, and what has another shape then is a layer
 * that classifies, whatever the head is and however it names its layers.
 *
 * @param classes of the model
 * @param grown the shapes with one class more, of the parameters that have others then
 */
record ClassLayers(int classes, Map<String, List<Long>> grown) {

  private static final String CLASSES = "classes";

  /** Sections of a config that may say how many classes there are. */
  private static final List<String> SECTIONS = List.of("head", "network");

  /**
   * Finds them.
   *
   * @param config of the model
   * @param graph of it
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

  /** Parameters do not depend on the image's size, but a model may refuse small images. */
  private static Graph parameters(Model<?, ?> model) {
    Size size = model.preprocess().inputSize();
    Trace trace = Trace.forTraining();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, size.height(), size.width());
    return trace.graph(
        model.network().forward(trace.root(), ImageBatch.ofInputs(trace.root(), image)).tensors());
  }

  /**
   * How many classes a model has whose tensors are these, if other classes are all the difference.
   *
   * @return empty if there is another difference, or they disagree
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

  /** Whether a mismatch is one of classes. */
  boolean has(Mismatch mismatch) {
    return add(new TreeSet<>(), mismatch);
  }

  /** Each axis has the wanted length, or one that some number of classes gives. */
  private boolean add(TreeSet<Long> classCounts, Mismatch mismatch) {
    List<Long> wanted = mismatch.wanted().shape();
    List<Long> there = mismatch.found().shape();
    List<Long> larger = grown.getOrDefault(mismatch.wanted().name(), wanted);
    if (there.size() != wanted.size()
        || larger.equals(wanted)
        || !mismatch.found().type().isFloat()) {
      return false;
    }
    for (int axis = 0; axis < wanted.size(); axis++) {
      long perClass = larger.get(axis) - wanted.get(axis);
      long more = there.get(axis) - wanted.get(axis);
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
