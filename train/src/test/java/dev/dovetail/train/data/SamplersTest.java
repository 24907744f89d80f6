package dev.dovetail.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.train.data.augment.AnnotatedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SamplersTest {

  private static List<Integer> images(Sampler sampler, long first, long end) {
    return LongStream.range(first, end)
        .boxed()
        .flatMap(step -> sampler.batch(step).stream())
        .map(Sampler.Pick::image)
        .toList();
  }

  private static List<Integer> all(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  @Test
  void everyContinuousEpochContainsEveryImageOnce() {
    Sampler sampler = Sampler.continuous(10, 4, 1);
    List<Integer> twoEpochs = images(sampler, 0, 5);
    assertEquals(all(10), twoEpochs.subList(0, 10).stream().sorted().toList());
    assertEquals(all(10), twoEpochs.subList(10, 20).stream().sorted().toList());
    assertNotEquals(twoEpochs.subList(0, 10), twoEpochs.subList(10, 20));
    assertEquals(3, sampler.batchesPerEpoch());
    List<Sampler.Pick> across = sampler.batch(2);
    assertEquals(List.of(0L, 0L, 1L, 1L), across.stream().map(Sampler.Pick::epoch).toList());
  }

  @Test
  void anEpochContainsEveryImageAndFillsItsLastBatchFromTheEpoch() {
    Sampler sampler = Sampler.epochs(10, 4, 1);
    assertEquals(3, sampler.batchesPerEpoch());
    List<Integer> epoch = images(sampler, 0, 3);
    assertEquals(12, epoch.size());
    assertEquals(all(10), epoch.stream().distinct().sorted().toList());
    assertNotEquals(epoch, images(sampler, 3, 6));
    List<Sampler.Pick> picks =
        LongStream.range(0, 3).boxed().flatMap(s -> sampler.batch(s).stream()).toList();
    assertEquals(12, picks.stream().distinct().count(), "repetitions are numbered");
  }

  @Test
  void aStepDoesNotDependOnWhereARunStarts() {
    for (Sampler[] pair :
        List.of(
            new Sampler[] {Sampler.continuous(7, 3, 5), Sampler.continuous(7, 3, 5)},
            new Sampler[] {Sampler.epochs(7, 3, 5), Sampler.epochs(7, 3, 5)})) {
      List<Integer> inOrder = images(pair[0], 0, 12);
      List<Integer> backwards = new ArrayList<>();
      for (long step = 11; step >= 0; step--) {
        List<Integer> batch = new ArrayList<>(images(pair[1], step, step + 1));
        Collections.reverse(batch);
        backwards.addAll(batch);
      }
      Collections.reverse(backwards);
      assertEquals(inOrder, backwards);
    }
    assertNotEquals(
        images(Sampler.epochs(50, 5, 1), 0, 10), images(Sampler.epochs(50, 5, 2), 0, 10));
  }

  @Test
  void batchesByAspectRatioAreLandscapeOrPortrait() throws IOException {
    List<Size> sizes = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      sizes.add(i % 3 == 0 ? new Size(40, 60) : i % 3 == 1 ? new Size(60, 40) : new Size(50, 50));
    }
    Sampler sampler = Sampler.byAspectRatio(new Sizes(sizes), 4, 9);
    // Four are landscape, seven are portrait or square.
    assertEquals(1 + 2, sampler.batchesPerEpoch());
    for (long step = 0; step < 30; step++) {
      List<Sampler.Pick> batch = sampler.batch(step);
      assertEquals(4, batch.size());
      long lying =
          batch.stream().filter(p -> sizes.get(p.image()).equals(new Size(40, 60))).count();
      assertTrue(lying == 0 || lying == 4, batch.toString());
    }
    assertEquals(all(11), images(sampler, 27, 30).stream().distinct().sorted().toList());
  }

  @Test
  void aBatchLargerThanTheSetRepeatsItsImages() {
    List<Sampler.Pick> batch = Sampler.epochs(2, 5, 0).batch(0);
    assertEquals(5, batch.size());
    assertEquals(5, batch.stream().distinct().count());
    assertEquals(5, Sampler.continuous(2, 5, 0).batch(3).size());
  }

  @Test
  void noImagesOrAnEmptyBatchAreRejected() {
    assertThrows(IllegalArgumentException.class, () -> Sampler.epochs(0, 2, 0));
    assertThrows(IllegalArgumentException.class, () -> Sampler.continuous(2, 0, 0));
  }

  private record Sizes(List<Size> sizes) implements TrainingSet {
    @Override
    public int count() {
      return sizes.size();
    }

    @Override
    public String name(int image) {
      return "image " + image;
    }

    @Override
    public Size size(int image) {
      return sizes.get(image);
    }

    @Override
    public AnnotatedImage read(int image) {
      throw new UnsupportedOperationException();
    }
  }
}
