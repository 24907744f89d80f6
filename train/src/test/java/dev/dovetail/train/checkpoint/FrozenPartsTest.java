package dev.dovetail.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.graph.Elementwise;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import dev.dovetail.train.engine.Executable;
import dev.dovetail.train.engine.FloatType;
import dev.dovetail.train.engine.Masks;
import dev.dovetail.train.engine.Parameters;
import dev.dovetail.train.engine.Tensors;
import dev.dovetail.train.optim.AdamW;
import dev.dovetail.train.optim.MovingAverage;
import dev.dovetail.train.optim.ParameterGroups;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

/** Frozen parts do not change when other parts are trained. */
class FrozenPartsTest {

  /** Takes two steps with large weight decay, and returns the scopes with dropout. */
  private static Set<String> train(Graph graph, Parameters parameters) {
    Set<String> dropped = new HashSet<>();
    Masks random = Masks.random(1);
    Masks masks =
        (node, rate, type, dims) -> {
          assertTrue(node.op() instanceof Elementwise.Dropout);
          dropped.add(node.scope());
          return random.mask(node, rate, type, dims);
        };
    try (Executable executable = Executable.of(graph, FloatType.FLOAT32);
        AdamW optimizer =
            new AdamW(ParameterGroups.one(0.5).of(parameters), AdamW.Moments.defaults());
        MovingAverage average = new MovingAverage(parameters, parameters.weights())) {
      for (int i = 0; i < 2; i++) {
        try (PointerScope scope = new PointerScope()) {
          parameters.clearGradients();
          TinyTraining.losses(executable, parameters, masks, i).total().backward();
          optimizer.step(parameters, 0.01);
          average.update(parameters, 0.5);
        }
      }
    }
    return dropped;
  }

  private static void assertFrozen(String part, String... learning) throws IOException {
    Graph graph = TinyTraining.graph();
    try (Parameters parameters = Parameters.initial(graph, FloatType.FLOAT32, 3)) {
      List<String> all = parameters.weights();
      List<String> notes = FrozenParts.freeze(parameters, List.of(part));
      int frozen = all.size() - parameters.weights().size();
      assertEquals(
          List.of("'" + part + "' is frozen: " + frozen + " weights are not trained"), notes);
      Map<String, TensorData> before = parameters.copy();
      Set<String> dropped = train(graph, parameters);
      Set<String> moved = new HashSet<>();
      for (String name : parameters.names()) {
        TensorData now = Tensors.data(parameters.value(name));
        if (!now.bytes().equals(before.get(name).bytes())) {
          moved.add(name);
        }
        if (name.startsWith(part + ".")) {
          assertEquals(before.get(name).bytes(), now.bytes(), name);
          assertFalse(parameters.weights().contains(name), name);
          assertTrue(parameters.gradient(name).isEmpty(), name);
        }
      }
      for (String other : learning) {
        assertTrue(moved.stream().anyMatch(n -> n.startsWith(other)), other);
      }
      parameters
          .steps()
          .forEach((name, n) -> assertEquals(name.startsWith(part + ".") ? 0 : 2, n, name));
      assertTrue(dropped.stream().noneMatch(s -> s.startsWith(part + ".")), dropped.toString());
      assertNotEquals(Set.of(), dropped);
    }
  }

  @Test
  void aFrozenBackboneAndItsStatisticsDoNotChange() throws IOException {
    assertFrozen("backbone", "decode_head.", "auxiliary_head.");
  }

  @Test
  void aFrozenHeadPropagatesGradientsToTheBackbone() throws IOException {
    assertFrozen("decode_head", "backbone.blocks.0.", "backbone.spm.");
  }

  @Test
  void freezingABlockFreezesOnlyThatBlock() throws IOException {
    assertFrozen("backbone.blocks.1", "backbone.blocks.0.", "backbone.blocks.2.");
  }

  @Test
  void prefixesEndAtWholeWords() throws IOException {
    try (Parameters parameters = Parameters.initial(TinyTraining.graph(), FloatType.FLOAT32, 3)) {
      assertThrows(IllegalArgumentException.class, () -> parameters.freeze("backbone.block"));
      parameters.freeze("backbone.norm1");
      assertFalse(parameters.weights().contains("backbone.norm1.weight"));
      parameters.freeze("backbone.norm2.bias");
      assertTrue(parameters.weights().contains("backbone.norm2.weight"));
      assertFalse(parameters.weights().contains("backbone.norm2.bias"));
    }
  }

  private static String refusal(String... prefixes) throws IOException {
    try (Parameters parameters = Parameters.initial(TinyTraining.graph(), FloatType.FLOAT32, 3)) {
      return assertThrows(
              IllegalArgumentException.class,
              () -> FrozenParts.freeze(parameters, List.of(prefixes)))
          .getMessage();
    }
  }

  @Test
  void unknownPartsAreRejectedWithSimilarNames() throws IOException {
    assertEquals(
        "no part of the model is named 'bakcbone', so it cannot be frozen (did you mean"
            + " 'backbone'?)",
        refusal("bakcbone"));
    assertEquals(
        "no part of the model is named 'roi', so it cannot be frozen (known: backbone,"
            + " decode_head, auxiliary_head)",
        refusal("decode_head", "roi"));
    assertEquals(
        "no part of the model is named 'backbone.blocks.9', so it cannot be frozen (did you mean"
            + " 'backbone.blocks.0'?)",
        refusal("backbone.blocks.9"));
    assertEquals(
        "all weights are frozen (backbone, decode_head, auxiliary_head); leave a part unfrozen,"
            + " such as the head",
        refusal("backbone", "decode_head", "auxiliary_head"));
  }
}
