package dev.dovetail.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passes in progress. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PassQueueTest {

  @Test
  void aSinglePassRunsOnTheThreadThatStartsIt() throws Exception {
    try (PassQueue<Thread> passes = new PassQueue<>(1)) {
      assertTrue(passes.isEmpty());
      assertFalse(passes.isDue());
      passes.start(Thread::currentThread);
      assertFalse(passes.isEmpty());
      assertTrue(passes.isDue());
      assertSame(Thread.currentThread(), passes.take());
      assertTrue(passes.isEmpty());
    }
  }

  @Test
  void resultsAreTakenInTheOrderOfTheStarts() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    try (PassQueue<Integer> passes = new PassQueue<>(2)) {
      passes.start(
          () -> {
            second.await();
            return 1;
          });
      assertFalse(passes.isDue(), "another pass may start");
      passes.start(
          () -> {
            second.countDown();
            return 2;
          });
      assertTrue(passes.isDue(), "no other pass may start");
      assertEquals(1, passes.take());
      assertEquals(2, passes.take());
      assertFalse(passes.isDue());
    }
  }

  @Test
  void asManyPassesAsAllowedAreInProgressAtOnce() throws Exception {
    CyclicBarrier all = new CyclicBarrier(3);
    try (PassQueue<Integer> passes = new PassQueue<>(3)) {
      for (int i = 0; i < 3; i++) {
        assertFalse(passes.isDue());
        passes.start(all::await);
      }
      assertTrue(passes.isDue());
      for (int i = 0; i < 3; i++) {
        passes.take();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void exceptionsAreThrownWhenTheResultIsTaken(int most) {
    List<Throwable> thrown =
        List.of(
            new IOException("a"),
            new InterruptedException("b"),
            new IllegalArgumentException("c"),
            new OutOfMemoryError("d"));
    try (PassQueue<Integer> passes = new PassQueue<>(most)) {
      for (Throwable expected : thrown) {
        passes.start(
            () -> {
              if (expected instanceof Error error) {
                throw error;
              }
              throw (Exception) expected;
            });
        assertSame(expected, assertThrows(Throwable.class, passes::take));
      }
    }
  }

  @Test
  void closingWaitsForThePassesEvenIfInterrupted() {
    List<Integer> ended = new ArrayList<>();
    CountDownLatch closing = new CountDownLatch(1);
    PassQueue<Boolean> passes = new PassQueue<>(2);
    for (int i = 0; i < 2; i++) {
      int pass = i;
      passes.start(
          () -> {
            closing.await();
            synchronized (ended) {
              return ended.add(pass);
            }
          });
    }
    Thread.currentThread().interrupt();
    closing.countDown();
    passes.close();
    assertTrue(Thread.interrupted(), "the thread is no longer interrupted");
    synchronized (ended) {
      assertEquals(2, ended.size());
    }
  }
}
