package dev.dovetail.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import dev.dovetail.train.data.augment.AnnotatedImage;
import dev.dovetail.train.data.augment.Augmentations;
import dev.dovetail.train.data.augment.Instances;
import dev.dovetail.train.data.augment.Transform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BatchLoaderTest {

  private static final Size SIZE = new Size(40, 60);
  private static final Transform JITTER = Augmentations.largeScaleJitter(new Size(48, 48));

  private interface Reading {
    AnnotatedImage read(int image) throws IOException;
  }

  private record Set(int count, Reading reading) implements TrainingSet {
    @Override
    public String name(int image) {
      return "photo-" + image + ".png";
    }

    @Override
    public Size size(int image) {
      return SIZE;
    }

    @Override
    public AnnotatedImage read(int image) throws IOException {
      return reading.read(image);
    }
  }

  private static AnnotatedImage noise(int image) {
    byte[] pixels = new byte[(int) SIZE.pixels() * Image.CHANNELS];
    new Random(image).nextBytes(pixels);
    return new AnnotatedImage(Image.of(SIZE, pixels), Instances.NONE, Optional.empty());
  }

  private static BatchLoader loader(TrainingSet set, int threads, int ahead, long first) {
    Sampler sampler = Sampler.continuous(set.count(), 3, 4);
    return new BatchLoader(
        set, sampler, JITTER, new BatchLoader.Settings(8, threads, ahead, first));
  }

  private static List<Batch> batches(BatchLoader loader, int count) throws IOException {
    List<Batch> batches = new ArrayList<>();
    try (loader) {
      for (int i = 0; i < count; i++) {
        batches.add(loader.next());
      }
    }
    return batches;
  }

  private static List<Image> images(List<Batch> batches) {
    return batches.stream().flatMap(b -> b.samples().stream()).map(AnnotatedImage::image).toList();
  }

  @Test
  void theOrderDoesNotDependOnTheThreads() throws IOException {
    Random sleeps = new Random();
    Set slow =
        new Set(
            7,
            image -> {
              try {
                Thread.sleep(sleeps.nextInt(5));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return noise(image);
            });
    List<Batch> one = batches(loader(new Set(7, BatchLoaderTest::noise), 1, 1, 0), 8);
    List<Batch> many = batches(loader(slow, 4, 5, 0), 8);
    assertEquals(one.stream().map(Batch::names).toList(), many.stream().map(Batch::names).toList());
    assertEquals(images(one), images(many));
    assertEquals(List.of(0L, 1L), one.subList(0, 2).stream().map(Batch::step).toList());
  }

  @Test
  void aResumedRunGetsTheSameBatches() throws IOException {
    Set set = new Set(7, BatchLoaderTest::noise);
    List<Batch> whole = batches(loader(set, 2, 2, 0), 9);
    List<Batch> rest = batches(loader(set, 2, 2, 5), 4);
    assertEquals(images(whole.subList(5, 9)), images(rest));
    assertEquals(5, rest.get(0).step());
  }

  @Test
  void anImageIsAugmentedDifferentlyInEachEpoch() throws IOException {
    List<Batch> batches = batches(loader(new Set(3, BatchLoaderTest::noise), 2, 2, 0), 2);
    List<Image> images = images(batches);
    for (int i = 0; i < 3; i++) {
      int same = batches.get(1).names().indexOf(batches.get(0).names().get(i));
      assertNotEquals(images.get(i), images.get(3 + same));
    }
  }

  @Test
  void noMoreBatchesArePreparedThanMayWait() throws Exception {
    AtomicInteger read = new AtomicInteger();
    Set counting =
        new Set(
            50,
            image -> {
              read.incrementAndGet();
              return noise(image);
            });
    try (BatchLoader loader = loader(counting, 3, 2, 0)) {
      loader.next();
      // One batch was returned and two may wait, with three images each.
      for (int i = 0; i < 200 && read.get() < 9; i++) {
        Thread.sleep(10);
      }
      Thread.sleep(100);
      assertEquals(9, read.get());
    }
  }

  @Test
  void errorsNameTheImage() {
    Set missing = failing(new IOException("it is a directory"));
    assertEquals(
        "photo-2.png: it is a directory", failure(missing, IOException.class).getMessage());
    Set named = failing(new IOException("photo-2.png is damaged"));
    assertEquals("photo-2.png is damaged", failure(named, IOException.class).getMessage());
    Set elongated = failing(new IllegalArgumentException("too elongated"));
    assertEquals("photo-2.png: too elongated", failure(elongated, IOException.class).getMessage());
    Set wrong = failing(new ArrayIndexOutOfBoundsException("9"));
    IllegalStateException bug = failure(wrong, IllegalStateException.class);
    assertTrue(bug.getMessage().startsWith("photo-2.png cannot be prepared"), bug.getMessage());
    Set out = failing(new OutOfMemoryError("heap"));
    assertEquals("heap", failure(out, OutOfMemoryError.class).getMessage());
  }

  private static Set failing(Throwable failure) {
    return new Set(
        4,
        image -> {
          if (image == 2) {
            if (failure instanceof IOException e) {
              throw e;
            }
            if (failure instanceof Error e) {
              throw e;
            }
            throw (RuntimeException) failure;
          }
          return noise(image);
        });
  }

  /**
   * Later calls fail with the same exception, so that training cannot continue without the image.
   */
  private static <T extends Throwable> T failure(Set set, Class<T> kind) {
    try (BatchLoader loader = loader(set, 2, 2, 0)) {
      assertThrows(kind, () -> drain(loader));
      return assertThrows(kind, loader::next);
    }
  }

  private static void drain(BatchLoader loader) throws IOException {
    for (int i = 0; i < 4; i++) {
      loader.next();
    }
  }

  @Test
  void closingStopsTheThreads() throws Exception {
    List<Thread> used = Collections.synchronizedList(new ArrayList<>());
    Set set =
        new Set(
            9,
            image -> {
              used.add(Thread.currentThread());
              return noise(image);
            });
    BatchLoader loader = loader(set, 3, 3, 0);
    loader.next();
    loader.close();
    assertFalse(used.isEmpty());
    for (Thread thread : List.copyOf(used)) {
      thread.join(10_000); // its work has ended, but the thread may still be ending
      assertFalse(thread.isAlive(), thread.getName());
    }
    assertThrows(IllegalStateException.class, loader::next);
    loader.close();
  }

  @Test
  void closingEndsAWaitingCall() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    Set stuck =
        new Set(
            9,
            image -> {
              reading.countDown();
              try {
                Thread.sleep(60_000);
              } catch (InterruptedException e) {
                throw new IOException("interrupted", e);
              }
              return noise(image);
            });
    BatchLoader loader = loader(stuck, 1, 2, 0);
    CompletableFuture<Batch> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return loader.next();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    assertTrue(reading.await(30, TimeUnit.SECONDS));
    loader.close();
    ExecutionException e =
        assertThrows(ExecutionException.class, () -> waiting.get(30, TimeUnit.SECONDS));
    assertInstanceOf(IllegalStateException.class, e.getCause());
  }

  @Test
  void invalidSettingsAreRejected() {
    assertThrows(IllegalArgumentException.class, () -> new BatchLoader.Settings(0, 0, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> new BatchLoader.Settings(0, 1, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new BatchLoader.Settings(0, 1, 1, -1));
  }
}
