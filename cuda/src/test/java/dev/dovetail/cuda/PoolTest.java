package dev.dovetail.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PoolTest {

  private final AtomicInteger created = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger used = new AtomicInteger();

  private final class Thing implements Pool.Item {
    Thing() {
      created.incrementAndGet();
      open.incrementAndGet();
    }

    @Override
    public void close() {
      open.decrementAndGet();
    }
  }

  @Test
  void oneThreadUsesOneObject() {
    try (Pool<Thing> pool = new Pool<>(3, Thing::new)) {
      Thing first = pool.use(t -> t);
      for (int i = 0; i < 10; i++) {
        assertEquals(first, pool.use(t -> t));
      }
    }
    assertEquals(1, created.get());
    assertEquals(0, open.get());
  }

  @Test
  void threadsWaitBeyondTheLimit() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    CountDownLatch two = new CountDownLatch(2);
    try (Pool<Thing> pool = new Pool<>(2, Thing::new)) {
      List<Future<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(
            threads.submit(
                () ->
                    pool.use(
                        t -> {
                          int now = used.incrementAndGet();
                          two.countDown();
                          await(two);
                          used.decrementAndGet();
                          return now;
                        })));
      }
      for (Future<Integer> f : all) {
        assertTrue(f.get(1, TimeUnit.MINUTES) <= 2);
      }
    } finally {
      threads.shutdownNow();
    }
    assertEquals(2, created.get());
    assertEquals(0, open.get());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(1, TimeUnit.MINUTES));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anObjectIsClosedIfItsWorkFailsAndOthersRemainUsable() {
    try (Pool<Thing> pool = new Pool<>(1, Thing::new)) {
      for (int i = 0; i < 3; i++) {
        assertThrows(
            IllegalStateException.class,
            () ->
                pool.use(
                    t -> {
                      throw new IllegalStateException();
                    }));
        assertEquals(0, open.get());
      }
      pool.use(t -> t);
      assertEquals(1, open.get());
    }
    assertEquals(4, created.get());
    assertEquals(0, open.get());
  }

  @Test
  void aFailedCreationBlocksNobody() {
    AtomicInteger tries = new AtomicInteger();
    try (Pool<Thing> pool =
        new Pool<>(
            1,
            () -> {
              if (tries.incrementAndGet() == 1) {
                throw new IllegalStateException("out of memory");
              }
              return new Thing();
            })) {
      assertThrows(IllegalStateException.class, () -> pool.use(t -> t));
      pool.use(t -> t);
    }
    assertEquals(2, tries.get());
  }
}
