package dev.dovetail.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Features;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Elementwise;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.registry.Part;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Training drops the residual branches of every backbone at the rates of its reference. */
class DropPathTest {

  private static final double RATE = 0.5;

  /**
   * The number of branches at each step of the linearly increasing rates, in the default sizes of
   * the parts. Most have one rate per block, and no branch of the first block is dropped.
   */
  private static final Map<String, int[]> BRANCHES =
      Map.of(
          "vit", blocks(12, 2),
          "beit", blocks(24, 2),
          "swin", blocks(12, 2),
          "mit", blocks(8, 2),
          "convnext", blocks(18, 1),
          "resnet", blocks(16, 1),
          // A stage's first block has no shortcut.
          "hgnetv2", new int[] {0, 0, 0, 1, 1, 0},
          // Two branches are local; the last stage has none of them.
          "edgevit", new int[] {4, 4, 4, 4, 4, 2},
          // Downsampling blocks have none, a transformer's layers two each.
          "mobilevitv2", new int[] {0, 0, 1, 0, 2 * 2, 0, 2 * 4, 0, 2 * 3},
          // Each branch has its own rate, including the first: 1 + 2 + 2 * (3 + 4).
          "efficientvit", blocks(1 + 17, 1));

  private static int[] blocks(int count, int branches) {
    return IntStream.range(0, count).map(i -> branches).toArray();
  }

  @TestFactory
  Stream<DynamicTest> everyBackboneDropsItsBranchesInTrainingAlone() {
    PartRegistry registry = PartRegistry.load();
    Stream<DynamicTest> parts =
        registry.parts().stream()
            .filter(part -> part.kind() == Part.Kind.BACKBONE)
            .map(part -> test(part.type(), part.type(), part.defaults()));
    Record second = registry.preset("swinv2_tiny_window8_256").model();
    return Stream.concat(parts, Stream.of(test("swin, version 2", "swin", second)));
  }

  private static DynamicTest test(String name, String type, Record backbone) {
    return DynamicTest.dynamicTest(name, () -> check(type, (Backbone) backbone));
  }

  private static void check(String type, Backbone backbone) {
    int[] branches = BRANCHES.get(type);
    assertNotNull(branches, "say what training drops of the backbone " + type);
    double[] expected =
        IntStream.range(1, branches.length)
            .boxed()
            .flatMapToDouble(
                i ->
                    DoubleStream.generate(() -> RATE * i / (branches.length - 1))
                        .limit(branches[i]))
            .toArray();
    assertArrayEquals(expected, rates(Trace.forTraining(RATE), backbone), 1e-15);
    assertEquals(0, rates(Trace.forTraining(), backbone).length);
    assertEquals(0, rates(new Trace(), backbone).length);
  }

  /** The rates in the order of the nodes. */
  private static double[] rates(Trace trace, Backbone backbone) {
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, 64, 96);
    Map<String, Tensor> stages = new LinkedHashMap<>();
    for (Features stage : backbone.features(trace.root(), image)) {
      stages.put("stage" + stages.size(), stage.tokens());
    }
    return trace.graph(stages).nodes().stream()
        .map(Node::op)
        .filter(Elementwise.Dropout.class::isInstance)
        .map(Elementwise.Dropout.class::cast)
        .peek(drop -> assertEquals(Elementwise.Unit.SAMPLE, drop.unit()))
        .mapToDouble(Elementwise.Dropout::rate)
        .toArray();
  }
}
