package dev.dovetail.eval.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.eval.semantic.LabelMapping;
import dev.dovetail.eval.semantic.SemanticEvaluator;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {

  private static final EvaluatedSet SET =
      new EvaluatedSet("semantic", Map.of("classes", "5"), "abc", List.of("a", "b", "c", "d"));

  @TempDir Path folder;

  private static SemanticEvaluator evaluator() {
    return new SemanticEvaluator(5, LabelMapping.identity(255));
  }

  private static BitSet bits(int... numbers) {
    BitSet bits = new BitSet();
    Arrays.stream(numbers).forEach(bits::set);
    return bits;
  }

  private static LabelMap map(Random random, Size size) {
    if (random.nextBoolean()) {
      byte[] labels = new byte[(int) size.pixels()];
      random.nextBytes(labels);
      for (int i = 0; i < labels.length; i++) {
        labels[i] = (byte) (labels[i] & 7);
      }
      return new LabelMap.Bytes(size, labels);
    }
    short[] labels = new short[(int) size.pixels()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (short) (random.nextInt(9) == 0 ? 40_000 : random.nextInt(6));
    }
    return new LabelMap.Shorts(size, labels);
  }

  @Test
  void statesOfAnySlicingAddUpToTheWholeInAnyOrder() throws IOException {
    for (long seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      SemanticEvaluator whole = evaluator();
      List<SemanticEvaluator> parts = List.of(evaluator(), evaluator(), evaluator());
      List<BitSet> covered = List.of(new BitSet(), new BitSet(), new BitSet());
      for (int image = 0; image < 4; image++) {
        Size size = new Size(1 + random.nextInt(9), 1 + random.nextInt(9));
        LabelMap label = map(random, size);
        LabelMap prediction = map(random, size);
        int part = random.nextInt(3);
        whole.accumulate(label, prediction);
        parts.get(part).accumulate(label, prediction);
        covered.get(part).set(image);
      }
      SemanticEvaluator sum = evaluator();
      BitSet all = new BitSet();
      for (int part : new int[] {2, 0, 1}) {
        Path file = folder.resolve("part" + part);
        StateFile.write(file, SET, covered.get(part), parts.get(part));
        StateFile.addTo(sum, all, SET, file);
      }
      assertEquals(bits(0, 1, 2, 3), all, "seed " + seed);
      assertArrayEquals(whole.summarise().union(), sum.summarise().union(), "seed " + seed);
      for (int c = 0; c < 5; c++) {
        assertEquals(
            whole.summarise().confusion(c, 1), sum.summarise().confusion(c, 1), "seed " + seed);
      }
    }
  }

  @Test
  void aStateOfAnotherEvaluationIsRejectedWithTheDifference() throws IOException {
    Path file = folder.resolve("a.state");
    StateFile.write(file, SET, bits(1, 2), evaluator());
    Map<String, String> classes = SET.parameters();
    refused(
        file, new EvaluatedSet("bbox", classes, "abc", SET.images()), "of semantic, not of bbox");
    refused(
        file,
        new EvaluatedSet("semantic", Map.of("classes", "6"), "abc", SET.images()),
        "was created with classes 5, but this run uses 6");
    refused(
        file,
        new EvaluatedSet("semantic", Map.of("classes", "5", "x", "1"), "abc", SET.images()),
        "was created with x none, but this run uses 1");
    refused(
        file,
        new EvaluatedSet("semantic", classes, "abd", SET.images()),
        "was created with another ground truth");
    refused(
        file,
        new EvaluatedSet("semantic", classes, "abc", List.of("a", "c")),
        "covers the image b, which is not among the images to score");
  }

  private static void refused(Path file, EvaluatedSet set, String message) {
    StateFormatException e =
        assertThrows(
            StateFormatException.class,
            () -> StateFile.addTo(evaluator(), new BitSet(), set, file));
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
  }

  @Test
  void anImageInTwoStatesIsRejectedBeforeAnythingIsAdded() throws IOException {
    Path file = folder.resolve("a.state");
    SemanticEvaluator evaluator = evaluator();
    LabelMap map = new LabelMap.Bytes(new Size(1, 1), new byte[] {1});
    evaluator.accumulate(map, map);
    StateFile.write(file, SET, bits(1, 2), evaluator);
    BitSet covered = bits(2, 3);
    StateFormatException e =
        assertThrows(
            StateFormatException.class, () -> StateFile.addTo(evaluator, covered, SET, file));
    assertTrue(e.getMessage().contains("covers 1 images"), e.getMessage());
    assertTrue(e.getMessage().endsWith("the first is c"), e.getMessage());
    assertEquals(bits(2, 3), covered);
    assertEquals(1, evaluator.summarise().intersect()[1]);
  }

  @Test
  void everyDamagedByteAndEveryTruncationIsDetected() throws IOException {
    Path file = folder.resolve("a.state");
    StateFile.write(file, SET, bits(0), evaluator());
    byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x10;
      Files.write(file, bad);
      int at = i;
      assertThrows(
          StateFormatException.class,
          () -> StateFile.addTo(evaluator(), new BitSet(), SET, file),
          () -> "byte " + at);
      Files.write(file, Arrays.copyOf(good, i));
      assertThrows(
          StateFormatException.class,
          () -> StateFile.addTo(evaluator(), new BitSet(), SET, file),
          () -> "length " + at);
    }
    Files.write(file, good);
    StateFile.addTo(evaluator(), new BitSet(), SET, file);
    Files.delete(file);
    refused(file, SET, "does not exist");
  }

  @Test
  void aFailedWriteKeepsTheOldState() throws IOException {
    Path file = Files.writeString(folder.resolve("a.state"), "old");
    Accumulator broken =
        new Accumulator() {
          @Override
          public void writeTo(java.io.DataOutput out) throws IOException {
            throw new IOException("disk full");
          }

          @Override
          public void addFrom(java.io.DataInput in) {}
        };
    assertThrows(IOException.class, () -> StateFile.write(file, SET, bits(), broken));
    assertEquals("old", Files.readString(file));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }
}
