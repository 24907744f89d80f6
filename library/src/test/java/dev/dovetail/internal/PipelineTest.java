package dev.dovetail.internal;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.files.OutputException;
import dev.dovetail.formats.ClassScores;
import dev.dovetail.images.Image;
import dev.dovetail.runtime.Device;
import dev.dovetail.tasks.OnePass;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One or several passes in progress, held at certain points by latches. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PipelineTest extends WatchedPipeline {

  @Test
  void aGpuHasTwoPassesInProgressAndTheCpuOne() {
    assertEquals(1, PipelineSettings.ofRun(4, new Device.Cpu()).passes());
    assertEquals(1, PipelineSettings.ofCalls(4, new Device.Cpu()).passes());
    assertEquals(2, PipelineSettings.ofRun(4, new Device.Cuda(0)).passes());
    assertEquals(2, PipelineSettings.ofCalls(4, new Device.Cuda(1)).withFixedBatch(3).passes());
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 3", "2, 1", "2, 3", "3, 4"})
  void resultsAreDeliveredInOrder(int passes, int batch) throws IOException {
    Delivered sink = new Delivered();
    pipeline(settings(batch, passes)).run(jobs(23), this::finish, sink);
    assertEquals(upTo(23), sink.ids);
    assertTrue(plans.mostOpen() <= passes, plans.mostOpen() + " passes");
  }

  @Test
  void onePassAtATimeRunsOnTheCallersThread() throws IOException {
    Thread caller = Thread.currentThread();
    hook.set(index -> assertSame(caller, Thread.currentThread()));
    pipeline(settings(2, 1)).run(jobs(9), this::finish, new Delivered());
    assertEquals(1, plans.mostOpen());
    assertEquals(9, finished.size());
  }

  /** The first passes wait for each other. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void severalPassesAreInProgressAtOnce(int passes) throws IOException {
    CyclicBarrier together = new CyclicBarrier(passes);
    hook.set(
        index -> {
          if (index < passes) {
            assertDoesNotThrow(() -> together.await(60, TimeUnit.SECONDS));
          }
        });
    Delivered sink = new Delivered();
    pipeline(settings(2, passes)).run(jobs(14), this::finish, sink);
    assertEquals(upTo(14), sink.ids);
    assertEquals(passes, plans.mostOpen());
  }

  /** Returns jobs whose first pass leases its plan before the second pass starts. */
  private List<Job> firstPassFirst(int count, int batch) {
    return jobs(
        count,
        i ->
            new Uniform(i + 1, SMALL) {
              @Override
              public Image read() throws IOException {
                if (i == 2 * batch) {
                  assertDoesNotThrow(() -> plans.awaitLease(0));
                }
                return super.read();
              }
            });
  }

  @Test
  void aPassThatEndsBeforeAnEarlierOneIsDeliveredAfterIt() throws IOException {
    CountDownLatch second = new CountDownLatch(1);
    hook.set(
        index -> {
          if (index == 0) {
            second.await();
          }
        });
    Delivered sink = new Delivered();
    pipeline(settings(1, 2))
        .run(
            firstPassFirst(6, 1),
            (job, image, result) -> {
              Job done = finish(job, image, result);
              if (job.id() == 1) {
                second.countDown();
              }
              return done;
            },
            sink);
    assertEquals(1, finished.get(0)); // before 0
    assertEquals(upTo(6), sink.ids);
  }

  /** Holds passes until the caller waits for the end of the run. */
  private static WatchedPlans.Hook untilTheEnd() {
    Thread caller = Thread.currentThread();
    return index -> {
      while (caller.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
    };
  }

  @Test
  void anEarlierPassThatFailsEndsTheRunAndLaterResultsAreProcessed() {
    WatchedPlans.Hook untilTheEnd = untilTheEnd();
    hook.set(
        index -> {
          if (index == 0) {
            plans.awaitLease(1);
            throw new IOException("no memory");
          }
          untilTheEnd.leased(index);
        });
    Delivered sink = new Delivered();
    IOException e =
        assertThrows(
            IOException.class,
            () -> pipeline(settings(1, 2)).run(firstPassFirst(6, 1), this::finish, sink));
    assertEquals("no memory", e.getMessage());
    assertEquals(List.of(1), finished);
    assertEquals(List.of(), sink.ids);
  }

  @Test
  void aLaterPassThatFailsEndsTheRunAndEarlierResultsAreProcessed() {
    hook.set(
        index -> {
          if (index == 0) {
            plans.awaitLease(1);
          } else if (index == 1) {
            throw new IOException("no memory");
          }
        });
    Delivered sink = new Delivered();
    assertThrows(
        IOException.class,
        () -> pipeline(settings(3, 2)).run(firstPassFirst(9, 3), this::finish, sink));
    assertTrue(finished.containsAll(List.of(0, 1, 2)), finished.toString());
    assertFalse(finished.contains(3), finished.toString());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void valuesThatAreNotFiniteAreReportedWithTheImagesOfTheirPass(int passes) {
    List<Job> jobs = jobs(12, i -> new Uniform(i == 5 ? 0 : i + 1, SMALL));
    IOException e =
        assertThrows(
            IOException.class,
            () -> pipeline(settings(2, passes)).run(jobs, this::finish, new Delivered()));
    assertTrue(e.getMessage().startsWith("image 5, image 0: "), e.getMessage());
    assertTrue(finished.containsAll(upTo(4)), finished.toString());
    assertFalse(finished.contains(4), finished.toString());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void anImageThatCannotBeUsedIsReportedAndTheOthersAreProcessed(int passes) throws IOException {
    List<Job> jobs =
        jobs(
            12,
            i ->
                new Uniform(i + 1, SMALL) {
                  @Override
                  public Image read() throws IOException {
                    if (i == 4) {
                      throw new IOException("damaged");
                    }
                    return super.read();
                  }
                });
    Delivered sink = new Delivered();
    pipeline(settings(2, passes))
        .run(
            jobs,
            (job, image, result) -> {
              if (job.id() == 7) {
                throw new IOException("of another size");
              }
              return finish(job, image, result);
            },
            sink);
    assertEquals(List.of(0, 1, 2, 3, 5, 6, 8, 9, 10, 11), sink.ids);
    assertEquals(List.of("4: damaged", "7: of another size"), sink.failures);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aResultThatCannotBeWrittenEndsTheRun(int passes) {
    OutputException full = new OutputException(Path.of("out"), new IOException("disk full"));
    Delivered sink = new Delivered();
    List<Job> jobs = jobs(100);
    assertSame(
        full,
        assertThrows(
            OutputException.class,
            () ->
                pipeline(settings(1, passes))
                    .run(
                        jobs,
                        (job, image, result) -> {
                          if (job.id() == 3) {
                            throw full;
                          }
                          return finish(job, image, result);
                        },
                        sink)));
    assertEquals(upTo(3), sink.ids);
    assertTrue(finished.size() < 20, finished.size() + " images were processed");
  }

  /** Waits for the first pass, which starts before the third check. */
  private boolean firstPassIsInProgress(int checks) {
    if (checks < 3) {
      return false;
    }
    assertDoesNotThrow(() -> plans.awaitLease(0));
    return true;
  }

  @Test
  void aCancelledRunWaitsForThePassesInProgress() {
    hook.set(untilTheEnd());
    Delivered sink =
        new Delivered() {
          @Override
          public boolean cancelled() {
            checks++;
            return firstPassIsInProgress(checks);
          }
        };
    InterruptedIOException e =
        assertThrows(
            InterruptedIOException.class,
            () -> pipeline(settings(1, 2)).run(jobs(9), this::finish, sink));
    assertEquals("the run was cancelled", e.getMessage());
    assertEquals(List.of(0), finished);
    assertEquals(List.of(), sink.ids);
  }

  @Test
  void anInterruptedRunWaitsForThePassesInProgress() {
    hook.set(untilTheEnd());
    Delivered sink =
        new Delivered() {
          @Override
          public boolean cancelled() {
            checks++;
            if (firstPassIsInProgress(checks)) {
              Thread.currentThread().interrupt();
            }
            return false;
          }
        };
    InterruptedIOException e =
        assertThrows(
            InterruptedIOException.class,
            () -> pipeline(settings(1, 2)).run(jobs(9), this::finish, sink));
    assertEquals("the run was interrupted", e.getMessage());
    assertTrue(Thread.interrupted(), "the thread is no longer interrupted");
    assertTrue(finished.contains(0), finished.toString());
  }

  /** Holds the last pass of the first size until the caller waits for it. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void passesOfAnotherSizeStartAfterThoseOfThePreviousSize(boolean keepsPlans) throws IOException {
    Thread caller = Thread.currentThread();
    CountDownLatch secondOfLarge = new CountDownLatch(5);
    hook.set(
        index -> {
          if (index == 2) {
            secondOfLarge.await();
            while (caller.getState() != Thread.State.WAITING) {
              Thread.onSpinWait();
            }
          }
        });
    Delivered sink =
        new Delivered() {
          @Override
          public boolean cancelled() {
            secondOfLarge.countDown();
            return false;
          }
        };
    PipelineSettings settings = new PipelineSettings(1, false, WORKERS, 2, keepsPlans);
    List<Job> jobs = jobs(6, i -> new Uniform(i + 1, i < 3 ? SMALL : LARGE));
    pipeline(settings).run(jobs, this::finish, sink);
    assertEquals(upTo(6), sink.ids);
    assertFalse(plans.mixed(), "plans of two sizes were in use at the same time");
    assertFalse(plans.discardedInUse(), "a plan was discarded while it was in use");
    assertEquals(keepsPlans ? List.of() : List.of(new PlanKey(1, SMALL)), plans.discarded());
    assertEquals(2, plans.statistics().compiled());
  }

  @Test
  void severalViewsPassOneAfterAnother() throws IOException {
    Thread caller = Thread.currentThread();
    hook.set(index -> assertSame(caller, Thread.currentThread()));
    Views<ClassScores> twice = new Views<>(new OnePass<>(TASK), List.of(UNCHANGED, UNCHANGED), 1);
    Delivered sink = new Delivered();
    new Session<>(TASK, twice, plans, OptionalInt.empty())
        .pipeline(settings(2, 2), clock)
        .run(jobs(7), this::finish, sink);
    assertEquals(upTo(7), sink.ids);
    assertEquals(1, plans.mostOpen());
  }

  /** Holds all passes until as many images as allowed are decoded. */
  @ParameterizedTest
  @CsvSource({"1, 1", "1, 3", "2, 1", "2, 3", "3, 3"})
  void theNumberOfImagesInMemoryIsBounded(int passes, int batch) throws IOException {
    int inFlight = 2 * batch + WORKERS;
    int ahead = inFlight + passes * batch;
    CountDownLatch stalled = new CountDownLatch(ahead);
    AtomicBoolean held = new AtomicBoolean(true);
    AtomicInteger images = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Job> jobs =
        jobs(
            50,
            i ->
                new Uniform(i + 1, SMALL) {
                  @Override
                  public Image read() throws IOException {
                    most.accumulateAndGet(images.incrementAndGet(), Math::max);
                    assertFalse(held.get() && images.get() > ahead, "too many images");
                    stalled.countDown();
                    return super.read();
                  }

                  @Override
                  public void release(Image image) {
                    images.decrementAndGet();
                  }
                });
    hook.set(
        index -> {
          stalled.await();
          held.set(false);
        });
    Delivered sink = new Delivered();
    pipeline(settings(batch, passes)).run(jobs, this::finish, sink);
    assertEquals(upTo(50), sink.ids);
    assertTrue(most.get() <= ahead + inFlight, most + " images in memory");
    assertEquals(0, images.get());
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1"})
  void theModelWaitsBetweenPassesAndNotBeforeTheFirstOne(int pass, double share)
      throws IOException {
    hook.set(
        index -> {
          if (index == pass) {
            time.addAndGet(1000);
          }
        });
    pipeline(settings(1, 1)).run(jobs(4), this::finish, new Delivered());
    assertEquals(share, clock.shareWaited());
    time.addAndGet(1000);
    pipeline(settings(1, 1)).run(jobs(4), this::finish, new Delivered());
    assertEquals(share, clock.shareWaited(), "the model waited between two runs");
  }
}
