package dev.dovetail.runtime;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.nn.Linear;
import dev.dovetail.graph.onnx.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryTest {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int WIDTH = 4096;

  @TempDir Path folder;

  /** Returns a matrix product with 64 MB of weights and {@code rows} rows. */
  private static Graph product(int rows) {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, rows, WIDTH);
    Tensor y =
        Linear.linear(trace.root().at("linear"), x, WIDTH, new Init.Constant(0.5f), Init.zeros());
    return trace.graph(Map.of("y", y));
  }

  private static long residentMegabytes() throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith("RssAnon")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
      }
    }
    throw new IOException(STATUS + " has no line RssAnon");
  }

  @Test
  void residentMemoryDoesNotGrowWithTheNumberOfShapes() throws IOException {
    Assumptions.assumeTrue(Files.exists(STATUS), "resident memory is only known on Linux");
    WeightBinding weights = WeightBinding.of(Map.of(), new DerivedFiles(folder, 1 << 30));
    long limit = 2 * Footprint.of(product(16), Precision.FP32).bytes();
    try (PlanCache<Integer> cache =
        new PlanCache<>(MemoryTest::product, weights, Settings.cpu(), limit)) {
      use(cache, 1);
      use(cache, 2);
      use(cache, 3);
      long before = residentMegabytes();
      for (int rows = 4; rows < 16; rows++) {
        use(cache, rows);
      }
      long grown = residentMegabytes() - before;
      assertTrue(cache.statistics().evicted() >= 12, cache.statistics().toString());
      assertTrue(grown < 2 * 64, "grown by " + grown + " MB over twelve shapes of 64 MB each");
    }
  }

  private static void use(PlanCache<Integer> cache, int rows) throws IOException {
    try (PlanCache<Integer>.Lease lease = cache.lease(rows)) {
      lease.plan().run(Map.of("x", TensorData.of(new float[rows * WIDTH], rows, WIDTH)));
    }
  }
}
