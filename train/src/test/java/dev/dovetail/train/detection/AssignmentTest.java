package dev.dovetail.train.detection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.graph.TensorData;
import dev.dovetail.train.detection.BoxSampler.Sample;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The assignment of boxes to objects, and the sampling of boxes. */
class AssignmentTest {

  private static final MaxIouAssigner ANCHORS = MaxIouAssigner.ofAnchors();

  /** Returns boxes that cover the specified shares of an object of 10x10 pixels. */
  private static float[] covering(float... parts) {
    float[] boxes = new float[4 * parts.length];
    for (int i = 0; i < parts.length; i++) {
      boxes[4 * i + 2] = 10;
      boxes[4 * i + 3] = 10 * parts[i];
    }
    return boxes;
  }

  @Test
  void thePositiveThresholdIsInclusiveAndTheNegativeExclusive() {
    int[] got = ANCHORS.assign(covering(1, 0.75f, 0.5f, 0.25f), covering(1)).objects();
    assertArrayEquals(new int[] {1, 1, -1, 0}, got);
    MaxIouAssigner exact = new MaxIouAssigner(0.5f, 0.25f, 0, false);
    int[] at = exact.assign(covering(0.5f, 0.25f, 0.125f), covering(1)).objects();
    assertArrayEquals(new int[] {1, -1, 0}, at);
  }

  @Test
  void anObjectTakesAllItsBestBoxesIfNoneIsPositive() {
    int[] got = ANCHORS.assign(covering(0.5f, 0.5f, 0.4f), covering(1)).objects();
    assertArrayEquals(new int[] {1, 1, -1}, got);
    int[] tooFar = ANCHORS.assign(covering(0.25f, 0.25f), covering(1)).objects();
    assertArrayEquals(new int[] {0, 0}, tooFar);
  }

  @Test
  void aLaterObjectTakesABoxFromAnEarlierOne() {
    float[] objects = {0, 0, 10, 10, 0, 0, 10, 5};
    int[] got = MaxIouAssigner.ofProposals().assign(new float[] {0, 0, 10, 8}, objects).objects();
    assertArrayEquals(new int[] {2}, got);
  }

  @Test
  void withoutObjectsAllBoxesAreBackground() {
    assertArrayEquals(new int[2], ANCHORS.assign(covering(1, 0.5f), new float[0]).objects());
    assertEquals(0, ANCHORS.assign(new float[0], covering(1)).objects().length);
  }

  @Test
  void aSampleHasItsSizeIsAscendingAndDeterministic() {
    int[] assigned = new int[1000];
    Arrays.fill(assigned, 0, 100, 3);
    Arrays.fill(assigned, 100, 200, MaxIouAssigner.IGNORED);
    for (int seed = 0; seed < 50; seed++) {
      Sample sample = sample(new RandomSampler(64, 0.25), assigned, seed);
      assertEquals(16, sample.positives().length);
      assertEquals(48, sample.negatives().length);
      ascendWithin(sample.positives(), 0, 100);
      ascendWithin(sample.negatives(), 200, 1000);
      Sample again = sample(new RandomSampler(64, 0.25), assigned, seed);
      assertArrayEquals(sample.positives(), again.positives());
      assertArrayEquals(sample.negatives(), again.negatives());
    }
  }

  @Test
  void allBoxesAreEquallyLikelyToBeSampled() {
    int[] times = new int[20];
    RandomGenerator random = new SplittableRandom(1);
    int rounds = 20_000;
    for (int i = 0; i < rounds; i++) {
      Sample sample = new RandomSampler(5, 0).sample(0, new int[20], random);
      Arrays.stream(sample.negatives()).forEach(n -> times[n]++);
    }
    for (int n : times) { // each in a quarter of the rounds, within six standard deviations
      assertEquals(rounds / 4.0, n, 6 * Math.sqrt(rounds * 3.0 / 16));
    }
  }

  @Test
  void backgroundFillsTheSampleAndFewBoxesAreAllSampled() {
    int[] assigned = {1, 0, 0, 0, -1, 2};
    Sample filled = sample(new RandomSampler(4, 0.75), assigned, 0);
    assertArrayEquals(new int[] {0, 5}, filled.positives());
    assertEquals(2, filled.negatives().length);
    Sample all = sample(new RandomSampler(512, 0.25), assigned, 0);
    assertArrayEquals(new int[] {0, 5}, all.positives());
    assertArrayEquals(new int[] {1, 2, 3}, all.negatives());
  }

  private static Sample sample(BoxSampler sampler, int[] assigned, int seed) {
    return sampler.sample(0, assigned, new SplittableRandom(seed));
  }

  private static void ascendWithin(int[] indices, int from, int to) {
    int before = from - 1;
    for (int i : indices) {
      assertTrue(i > before && i < to, Arrays.toString(indices));
      before = i;
    }
  }

  @Test
  void aMaskTargetIsTheObjectInTheBoxAndEmptyOutsideTheImage() {
    byte[] bits = new byte[8 * 8];
    for (int y = 0; y < 8; y++) {
      Arrays.fill(bits, 8 * y, 8 * y + 4, (byte) 1); // the left half
    }
    TensorData bitmaps = TensorData.of(bits, 1, 8, 8);
    MaskTargets targets = new MaskTargets(2);
    assertArrayEquals(new float[] {1, 0, 1, 0}, targets.of(bitmaps, 0, 0, 0, 8, 8));
    assertArrayEquals(new float[] {1, 1, 1, 1}, targets.of(bitmaps, 0, -4, 0, 3, 8));
    assertArrayEquals(new float[4], targets.of(bitmaps, 0, 20, 20, 30, 30));
    assertArrayEquals(new float[4], targets.of(bitmaps, 0, 4.5, 0, 9, 9));
  }

  @Test
  void invalidSettingsAndObjectsWithoutAreaAreRejected() {
    assertThrows(IllegalArgumentException.class, () -> new MaxIouAssigner(0.3f, 0.7f, 0, true));
    assertThrows(
        IllegalArgumentException.class, () -> new MaxIouAssigner(Float.NaN, 0.3f, 0, true));
    assertThrows(IllegalArgumentException.class, () -> new RandomSampler(0, 0.5));
    assertThrows(IllegalArgumentException.class, () -> new RandomSampler(8, 1.5));
    ImageObjects.Size size = new ImageObjects.Size(4, 4);
    TensorData one = TensorData.of(new long[1], 1);
    TensorData bits = TensorData.of(new byte[16], 1, 4, 4);
    TensorData flat = TensorData.of(new float[] {1, 1, 3, 1}, 1, 4);
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> new ImageObjects(flat, one, bits, size, size))
            .getMessage();
    assertTrue(message.contains("object 0 is [1.0, 1.0, 3.0, 1.0]"), message);
    TensorData none = TensorData.of(new byte[0], 0, 4, 4);
    TensorData box = TensorData.of(new float[] {1, 1, 3, 3}, 1, 4);
    assertThrows(
        IllegalArgumentException.class, () -> new ImageObjects(box, one, none, size, size));
  }
}
