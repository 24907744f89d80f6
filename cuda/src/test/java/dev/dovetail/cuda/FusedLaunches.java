package dev.dovetail.cuda;

import dev.dovetail.core.DType;
import dev.dovetail.cuda.kernels.Kernels;
import dev.dovetail.cuda.kernels.Launch;
import dev.dovetail.graph.Tensor;
import java.util.List;
import java.util.stream.Stream;

/** The kernels of the test cases. */
public final class FusedLaunches {

  private FusedLaunches() {}

  /**
   * {@return the launches of all cases}
   *
   * @param type the element type
   */
  public static List<Launch> all(DType type) {
    return Stream.concat(FusedCases.small().stream(), FusedCases.large().stream())
        .flatMap(c -> FusedGraph.fusions(c.graph(), op -> true).stream())
        .map(
            f ->
                Kernels.of(f.op(), f.operands().stream().map(Tensor::type).toList(), type)
                    .orElseThrow())
        .distinct()
        .toList();
  }
}
