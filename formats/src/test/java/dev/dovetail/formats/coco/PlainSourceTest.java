package dev.dovetail.formats.coco;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.mask.Segmentation;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that Jackson accepts every file that the plain source accepts, with bit-identical results.
 */
class PlainSourceTest {

  private static final String[] ODD_VALUES = {
    "NaN",
    "-Infinity",
    "null",
    "true",
    "false",
    "[]",
    "{}",
    "[[]]",
    "\"\"",
    "\"x\"",
    "-",
    "01",
    "1.",
    ".5",
    "+1",
    "1e",
    "1e+",
    "0x10",
    "-0",
    "-0.0",
    "1e999",
    "1e-999",
    "9007199254740993",
    "9007199254740993.0",
    "9223372036854775807",
    "9223372036854775808",
    "123456789012345678901234",
    "1E2",
    "1.0",
    "2147483648",
    "nul",
    "truely",
    "\"\\u0041\"",
    "\"\\n\"",
    "\"\u00e4\"",
    "\"\t\"",
    "1".repeat(1200),
    "0." + "1".repeat(1200),
    "\"" + "k".repeat(70_000) + "\"",
    "[".repeat(300),
    "[".repeat(300) + "]".repeat(300)
  };

  private static final String[] SPACES = {
    "", "", "", "", " ", "\n", "\t", "\r\n", " ".repeat(5000)
  };

  @TempDir Path folder;

  @Test
  void resultListsAreReadLikeJackson() throws IOException {
    int accepted = 0;
    int inPieces = 0;
    for (long seed = 0; seed < 1500; seed++) {
      Random random = new Random(seed);
      Path file = folder.resolve("dt.json");
      boolean broken = random.nextInt(3) == 0;
      Files.write(file, broken ? mutated(rows(random), random) : bytes(rows(random)));
      String jackson = outcome(() -> CocoResults.readWithJackson(file));
      String plain =
          outcome(() -> JsonSource.readPlain(file, file, in -> new CocoResultsReader(in).read()));
      String pieces = outcome(() -> ResultChunks.read(file, file, 100 + random.nextInt(900)));
      accepted += same(jackson, plain, seed);
      inPieces += same(jackson, pieces, seed);
      assertEquals(jackson, outcome(() -> ResultChunks.read(file)), "seed " + seed);
    }
    assertTrue(accepted > 400, accepted + " of 1500 lists were read");
    assertTrue(inPieces > 150, inPieces + " of 1500 lists were read in chunks");
  }

  @Test
  void groundTruthsAreReadLikeJackson() throws IOException {
    int accepted = 0;
    for (long seed = 0; seed < 1500; seed++) {
      Random random = new Random(seed);
      Path file = folder.resolve("gt.json");
      boolean broken = random.nextInt(3) == 0;
      Files.write(file, broken ? mutated(dataset(random), random) : bytes(dataset(random)));
      Warnings warnings = new Warnings(Strictness.LENIENT);
      String jackson =
          outcome(
              () ->
                  JsonSource.readWithJackson(
                      file, file, in -> new CocoDatasetReader(in).read(warnings)));
      String plain =
          outcome(
              () ->
                  JsonSource.readPlain(file, file, in -> new CocoDatasetReader(in).read(warnings)));
      accepted += same(jackson, plain, seed);
      String read =
          outcome(() -> JsonSource.read(file, in -> new CocoDatasetReader(in).read(warnings)));
      assertEquals(jackson, read, "seed " + seed);
    }
    assertTrue(accepted > 400, accepted + " of 1500 files were read");
  }

  @Test
  void numbersAreReadToTheSameBits() throws IOException {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      String list =
          IntStream.range(0, 400)
              .mapToObj(i -> number(random))
              .collect(Collectors.joining(", ", "[", "]"));
      Path file = Files.writeString(folder.resolve("numbers.json"), list);
      assertArrayEquals(
          JsonSource.readWithJackson(file, file, in -> in.finites("n")),
          JsonSource.readPlain(file, file, in -> in.finites("n")),
          0.0,
          "seed " + seed);
    }
  }

  @Test
  void aListThatOnlyLooksLikeRowsIsReadAsAWhole() throws IOException {
    String nested =
        "{\"image_id\":1,\"category_id\":2,\"score\":0.5,\"bbox\":[1,2,3,4],"
            + "\"more\":[{\"image_id\":7},{\"image_id\":8},{\"image_id\":9}],\"t\":\"},{\"}";
    String list =
        IntStream.range(0, 100).mapToObj(i -> nested).collect(Collectors.joining(",", "[", "]"));
    Path file = Files.writeString(folder.resolve("dt.json"), list);
    assertThrows(FormatException.class, () -> ResultChunks.read(file, file, 64));
    assertEquals(100, CocoResults.read(file, new Warnings(Strictness.LENIENT)).size());
  }

  private static String number(Random random) {
    double value = Double.longBitsToDouble(random.nextLong());
    double usual = 1000 * random.nextGaussian();
    return switch (random.nextInt(8)) {
      case 0 -> Double.isFinite(value) ? Double.toString(value) : "-0.0";
      case 1 -> Float.toString((float) usual);
      case 2 -> Double.toString((float) usual);
      case 3 -> Double.toString(usual);
      case 4 -> new BigDecimal(usual).toPlainString();
      case 5 -> Long.toString(random.nextLong() >> 5 + random.nextInt(59));
      case 6 -> Math.round(1000 * usual) + "e" + (random.nextInt(60) - 30);
      default -> Double.toString(Math.rint(1000 * usual) / 1000);
    };
  }

  /** Returns 1 if both results are equal, 0 if the second source declined the file. */
  private static int same(String jackson, String other, long seed) {
    if (other.startsWith("error")) {
      return 0;
    }
    assertEquals(jackson, other, "seed " + seed);
    return 1;
  }

  private interface Reading {
    Object read() throws IOException;
  }

  private static String outcome(Reading reading) {
    try {
      Object read = reading.read();
      return read instanceof CocoResults results ? text(results) : text((CocoDataset) read);
    } catch (IOException e) {
      return "error: " + e.getMessage();
    }
  }

  private static String text(CocoResults results) {
    StringBuilder text = new StringBuilder(results.kind().toString());
    double[] box = new double[4];
    for (int i = 0; i < results.size(); i++) {
      results.box(i, box, 0);
      text.append('\n').append(results.imageId(i)).append(' ').append(results.categoryId(i));
      text.append(' ').append(results.texts(i));
      text.append(' ').append(results.score(i)).append(Arrays.toString(box));
      text.append(text(results.segmentation(i)));
      text.append(Arrays.toString(results.keypoints(i)));
    }
    return text.toString();
  }

  private static String text(CocoDataset dataset) {
    StringBuilder text = new StringBuilder();
    dataset
        .images()
        .forEach(
            i ->
                text.append(i.id() + " " + i.width() + "x" + i.height() + " " + i.fileName())
                    .append(Arrays.toString(i.verified().negative())));
    dataset.categories().forEach(text::append);
    dataset.images().forEach(i -> text.append(dataset.ids().images().text(i.id())));
    for (CocoAnnotation a : dataset.annotations()) {
      text.append('\n').append(a.id()).append(' ').append(a.imageId()).append(a.categoryId());
      text.append(a.box()).append(a.area()).append(a.crowd()).append(a.ignore());
      text.append(text(a.segmentation())).append(Arrays.toString(a.keypoints().values()));
    }
    return text.toString();
  }

  private static String text(Segmentation segmentation) {
    if (segmentation instanceof Segmentation.Polygons polygons) {
      return Arrays.deepToString(polygons.parts());
    }
    if (segmentation instanceof Segmentation.CompressedRle rle) {
      String counts = new String(rle.counts(), StandardCharsets.ISO_8859_1);
      return rle.height() + "x" + rle.width() + counts;
    }
    if (segmentation instanceof Segmentation.UncompressedRle rle) {
      return rle.height() + "x" + rle.width() + Arrays.toString(rle.runs());
    }
    return "absent";
  }

  private static String rows(Random random) {
    Supplier<String> row =
        switch (random.nextInt(4)) {
          case 0, 1 -> () -> "\"bbox\":" + space(random) + box(random);
          case 2 -> () -> "\"segmentation\":" + rle(random);
          default -> () -> "\"keypoints\":[1,2.5,2,3,4,1]";
        };
    IntFunction<String> image =
        random.nextInt(4) == 0 ? i -> "\"a" + i % 3 + "\"" : i -> "" + (1 + i % 3);
    return IntStream.range(0, random.nextInt(30))
            .mapToObj(
                i ->
                    space(random)
                        + ("{" + space(random) + "\"image_id\":" + value(random, image.apply(i)))
                        + ("," + space(random) + "\"category_id\"" + space(random) + ": 4294967299")
                        + (random.nextInt(4) == 0 ? ",\"file_name\":\"b/a" + i + ".jpg\"" : "")
                        + ("," + row.get() + ",\"score\":" + value(random, "0.12345"))
                        + (random.nextInt(20) == 0 ? ",\"more\":" + odd(random) : "")
                        + (space(random) + "}" + space(random)))
            .collect(Collectors.joining(",", "[", "]"))
        + space(random);
  }

  private static String dataset(Random random) {
    String image = random.nextInt(4) == 0 ? "\"a\"" : "1";
    String annotations =
        IntStream.range(0, random.nextInt(12))
            .mapToObj(
                i ->
                    ("{\"id\":" + value(random, "" + i) + ",\"image_id\":" + image)
                        + ",\"category_id\":2"
                        + (",\"iscrowd\":" + random.nextInt(2) + ",\"area\":" + number(random))
                        + (",\"bbox\":" + space(random) + box(random) + ",\"segmentation\":")
                        + (random.nextBoolean() ? "[[1,2.5,3,4,5,6]]" : "[]")
                        + (random.nextInt(20) == 0 ? ",\"ignore\":" + odd(random) : "")
                        + "}")
            .collect(Collectors.joining("," + space(random), "[", "]"));
    return "{\"info\":{\"year\":2017,\"url\":\"http://x\"},\"images\":[{\"id\":"
        + (image + ",\"width\":64,")
        + ("\"height\":48,\"file_name\":" + value(random, "\"a.jpg\"") + "}],\"categories\":")
        + ("[{\"id\":2,\"name\":\"b\"}]," + space(random) + "\"annotations\":" + annotations)
        + ("}" + space(random));
  }

  private static String box(Random random) {
    return IntStream.range(0, random.nextInt(40) == 0 ? random.nextInt(6) : 4)
        .mapToObj(i -> value(random, Double.toString(Math.rint(random.nextDouble() * 1e5) / 100)))
        .collect(Collectors.joining("," + space(random), "[", "]"));
  }

  private static String rle(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> odd(random);
      case 1 -> "{\"size\":[2,3],\"counts\":[1,2,3]}";
      case 2 -> "{\"counts\":\"01\",\"size\":[1],\"size\":[4,5]}";
      default ->
          "{\"size\":[480,640],\"counts\":\"0l\\\\\\\\1" + "PQ".repeat(random.nextInt(50)) + "\"}";
    };
  }

  private static String value(Random random, String usual) {
    return random.nextInt(150) == 0 ? odd(random) : usual;
  }

  private static String odd(Random random) {
    return ODD_VALUES[random.nextInt(ODD_VALUES.length)];
  }

  private static String space(Random random) {
    return random.nextInt(4) == 0 ? SPACES[random.nextInt(SPACES.length)] : "";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Truncates the text, or changes, duplicates or removes a byte. */
  private static byte[] mutated(String text, Random random) {
    byte[] bytes = bytes(text);
    int at = random.nextInt(bytes.length);
    int kind = random.nextInt(4);
    if (kind == 0) {
      return Arrays.copyOf(bytes, at);
    }
    if (kind == 1) {
      bytes[at] =
          (byte)
              (random.nextBoolean()
                  ? random.nextInt(256)
                  : "{}[],:\"\\0.e-".charAt(random.nextInt(12)));
      return bytes;
    }
    int skipped = kind == 2 ? at + 1 : Math.max(at - 1, 0);
    byte[] changed = Arrays.copyOf(bytes, at + bytes.length - skipped);
    System.arraycopy(bytes, skipped, changed, at, bytes.length - skipped);
    return changed;
  }
}
