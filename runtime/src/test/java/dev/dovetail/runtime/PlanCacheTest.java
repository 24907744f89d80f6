package dev.dovetail.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class PlanCacheTest {

  /** Sets every parameter to two. */
  private static final ParameterStore TWOS =
      (parameter, type) -> {
        ByteBuffer b =
            ByteBuffer.allocate((int) parameter.shape().elements() * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        while (b.hasRemaining()) {
          b.putFloat(2);
        }
        return new ParameterStore.Inline(b.flip());
      };

  /** Doubles an input of {@code n} elements. */
  private static Graph twice(int n) {
    if (n < 0) {
      throw new IllegalArgumentException("no graph for size " + n);
    }
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, n);
    return trace.graph(Map.of("y", x.times(trace.root().weight("w", Init.zeros(), n))));
  }

  private static long bytes(int n) {
    return Footprint.of(twice(n), Precision.FP32).bytes();
  }

  private static PlanCache<Integer> cache(long limit) {
    return new PlanCache<>(PlanCacheTest::twice, TWOS, Settings.cpu().threads(1), limit);
  }

  private static Plan use(PlanCache<Integer> cache, int n) throws IOException {
    try (PlanCache<Integer>.Lease lease = cache.lease(n)) {
      float[] x = new float[n];
      float[] twice = new float[n];
      Arrays.fill(x, 3);
      Arrays.fill(twice, 6);
      Map<String, TensorData> out = lease.plan().run(Map.of("x", TensorData.of(x, n)));
      assertArrayEquals(twice, out.get("y").floats());
      return lease.plan();
    }
  }

  @Test
  void aPlanIsCompiledOncePerKey() throws IOException {
    try (PlanCache<Integer> cache = cache(1 << 20)) {
      assertSame(use(cache, 5), use(cache, 5));
      assertEquals(1, cache.statistics().compiled());
      assertTrue(cache.statistics().seconds() > 0);
    }
  }

  @Test
  void theLeastRecentlyUsedPlanIsEvictedAboveTheLimit() throws IOException {
    try (PlanCache<Integer> cache = cache(bytes(10) + bytes(11) + bytes(12))) {
      Plan first = use(cache, 10);
      Plan second = use(cache, 11);
      use(cache, 12);
      assertSame(first, use(cache, 10));
      use(cache, 9);
      assertEquals(1, cache.statistics().evicted());
      assertSame(first, use(cache, 10));
      assertNotSame(second, use(cache, 11));
    }
  }

  @Test
  void aDiscardedPlanIsClosedUnlessItIsInUse() throws IOException {
    try (PlanCache<Integer> cache = cache(1 << 20)) {
      Plan first = use(cache, 10);
      try (PlanCache<Integer>.Lease lease = cache.lease(10)) {
        cache.discard(10);
        assertSame(first, lease.plan());
      }
      assertSame(first, use(cache, 10));
      cache.discard(10);
      cache.discard(10);
      cache.discard(11);
      assertEquals(0, cache.statistics().bytes());
      assertNotSame(first, use(cache, 10));
    }
  }

  @Test
  void aPlanInUseIsKept() throws IOException {
    try (PlanCache<Integer> cache = cache(bytes(10))) {
      try (PlanCache<Integer>.Lease lease = cache.lease(10)) {
        use(cache, 9);
        assertEquals(1, cache.statistics().evicted(), "the idle plan is evicted");
        lease.plan().run(Map.of("x", TensorData.of(new float[10], 10)));
      }
      assertEquals(2, cache.statistics().compiled());
    }
  }

  @Test
  void onePlanLargerThanTheLimitIsKept() throws IOException {
    try (PlanCache<Integer> cache = cache(1)) {
      assertSame(use(cache, 10), use(cache, 10));
      cache.prefetch(11);
      assertSame(use(cache, 11), use(cache, 11));
    }
  }

  @Test
  void aPrefetchedPlanIsNotCompiledAgain() throws IOException {
    try (PlanCache<Integer> cache = cache(1 << 20)) {
      cache.prefetch(7);
      cache.prefetch(7);
      use(cache, 7);
      assertEquals(1, cache.statistics().compiled());
    }
  }

  @Test
  void aFailedCompilationIsReportedOnLeaseAndLeavesTheCacheUsable() throws IOException {
    try (PlanCache<Integer> cache = cache(1 << 20)) {
      cache.prefetch(-1);
      assertThrows(IllegalArgumentException.class, () -> cache.lease(-1));
      use(cache, 3);
    }
  }

  @Test
  void aPlanLeasedWhileTheCacheClosesCanStillRun() throws IOException {
    PlanCache<Integer> cache = cache(1 << 20);
    try (PlanCache<Integer>.Lease lease = cache.lease(4)) {
      cache.close();
      lease.plan().run(Map.of("x", TensorData.of(new float[4], 4)));
      assertThrows(IllegalStateException.class, () -> cache.lease(4));
    }
    assertEquals(0, cache.statistics().bytes());
  }

  @Test
  void manyThreadsGetCorrectResultsWhilePlansAreEvicted() throws Exception {
    long seed = System.nanoTime();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (PlanCache<Integer> cache = cache(bytes(8) * 3)) {
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        Random random = new Random(seed + t);
        all.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 100; i++) {
                    cache.prefetch(1 + random.nextInt(10));
                    use(cache, 1 + random.nextInt(10));
                  }
                  return null;
                }));
      }
      for (Future<?> f : all) {
        f.get();
      }
    } catch (Exception | AssertionError e) {
      throw new AssertionError("seed " + seed, e);
    } finally {
      threads.shutdownNow();
    }
  }
}
