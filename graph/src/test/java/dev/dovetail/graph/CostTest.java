package dev.dovetail.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.core.DType;
import dev.dovetail.graph.nn.Attention;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Linear;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.graph.nn.Resampling;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CostTest {

  private final Trace trace = new Trace();
  private final Scope root = trace.root();

  private Map<String, Cost> cost(Tensor out) {
    return Cost.perScope(trace.graph(Map.of("y", out)));
  }

  @Test
  void costsOfLayersMatchTheirFormulas() {
    Tensor x = trace.input("x", DType.FLOAT32, 2, 10, 8);
    Tensor h = Linear.linear(root.at("a.fc"), x, 6);
    Tensor q = Linear.linear(root.at("b.q"), h, 4);
    Tensor y = root.in("b.attn", s -> Attention.multiHead(q, q, q, 2));
    Map<String, Cost> costs = cost(y);
    assertEquals(new Cost(8 * 6 + 6, 2 * 10 * 8 * 6, 0), costs.get("a"));
    assertEquals(2L * 10 * 10 * (4 + 4), costs.get("b.attn").macs());
    assertEquals(costs.get("").macs(), costs.get("a").macs() + costs.get("b").macs());
  }

  @Test
  void convolutionsConsiderGroupsAndNormsAreCountedSeparately() {
    Tensor x = trace.input("x", DType.FLOAT32, 1, 6, 8, 8);
    Tensor y = Norms.batchNorm(root.at("bn"), Conv2d.depthwise(6, 3).apply(root.at("dw"), x));
    Map<String, Cost> costs = cost(y);
    assertEquals(new Cost(6 * 9 + 6, 6 * 64 * 9, 0), costs.get("dw"));
    assertEquals(
        new Cost(12, 0, 2 * 6 * 64), costs.get("bn"), "running statistics are not counted");
  }

  @Test
  void valuesThatDependOnlyOnParametersAreFree() {
    Tensor table = root.weight("pos", Init.zeros(), 1, 4, 7, 7);
    Tensor x = trace.input("x", DType.FLOAT32, 1, 4, 9, 9);
    assertEquals(0, cost(x.plus(Resampling.bicubic(table, 9, 9))).get("").macs());
  }

  @Test
  void scopesSortByNumber() {
    Tensor x = trace.input("x", DType.FLOAT32, 1, 2);
    for (int i : List.of(0, 2, 10)) {
      x = Linear.linear(root.at("blocks").at(i), x, 2);
    }
    assertEquals(
        List.of("", "blocks", "blocks.0", "blocks.2", "blocks.10"), List.copyOf(cost(x).keySet()));
  }
}
