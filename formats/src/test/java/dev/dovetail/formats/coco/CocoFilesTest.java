package dev.dovetail.formats.coco;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Box;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.mask.Segmentation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CocoFilesTest {

  private static final String ANNOTATION =
      "{\"id\": 3, \"image_id\": 1, \"category_id\": 5, \"bbox\": [1, 2.5, 3, 4], \"area\": 12,"
          + " \"iscrowd\": 0, \"segmentation\": [[1, 2, 4, 2, 4, 6]], \"extra\": {\"a\": [1]}}";

  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("file.json"), text);
  }

  private CocoDataset dataset(String annotations) throws IOException {
    return CocoDataset.read(
        file(
            "{\"info\": {}, \"annotations\": ["
                + annotations
                + "], \"images\": [{\"id\": 1.0, \"width\": 10, \"height\": 20, \"file_name\":"
                + " \"a.jpg\"}], \"categories\": [{\"id\": 5, \"name\": \"x\"}]}"),
        new Warnings(Strictness.LENIENT));
  }

  private CocoResults results(String rows) throws IOException {
    return CocoResults.read(file(rows), new Warnings(Strictness.LENIENT));
  }

  private void assertRefused(String annotation, String... words) {
    FormatException e = assertThrows(FormatException.class, () -> dataset(annotation), annotation);
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), e.getMessage());
    }
  }

  /**
   * Checks that the value is missing with one warning, and that a use that requires it reports the
   * problem.
   */
  private void assertAbsent(String annotation, String field, String... words) throws IOException {
    CocoDataset dataset = dataset(annotation);
    String problem = dataset.unread().problem("annotations", 0, field).orElse("none");
    assertTrue(
        problem.contains("file.json") && problem.contains("annotations[0]." + field), problem);
    for (String word : words) {
      assertTrue(problem.contains(word), problem);
    }
    Warnings warnings = new Warnings(Strictness.LENIENT);
    CocoDataset.read(folder.resolve("file.json"), warnings);
    assertEquals(1, warnings.entries().size());
    assertTrue(warnings.entries().get(0).toString().contains(problem), warnings.toString());
    assertThrows(
        FormatException.class,
        () -> CocoDataset.read(folder.resolve("file.json"), new Warnings(Strictness.STRICT)));
  }

  private void assertRowsRefused(String rows, String... words) {
    FormatException e = assertThrows(FormatException.class, () -> results(rows), rows);
    assertTrue(e.getMessage().contains("file.json"), e.getMessage());
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), e.getMessage());
    }
  }

  @Test
  void annotationsAreReadUnchangedForAnyOrderOfTheLists() throws IOException {
    CocoDataset dataset = dataset(ANNOTATION);
    assertEquals(new CocoImage(1, 10, 20, "a.jpg"), dataset.images().get(0));
    assertEquals(new CocoCategory(5, "x", ""), dataset.categories().get(0));
    CocoAnnotation annotation = dataset.annotations().get(0);
    assertEquals(new Box(1, 2.5, 3, 4), annotation.box());
    assertEquals(CocoAnnotation.Crowd.NO, annotation.crowd());
    assertEquals(12, annotation.area());
    assertArrayEquals(
        new double[] {1, 2, 4, 2, 4, 6},
        ((Segmentation.Polygons) annotation.segmentation()).parts()[0]);
  }

  @Test
  void keypointsAndTheFieldsOfLvisAreRead() throws IOException {
    CocoDataset dataset =
        CocoDataset.read(
            file(
                "{\"images\": [{\"id\": 1, \"neg_category_ids\": [5, 4294967297],"
                    + " \"not_exhaustive_category_ids\": []}, {\"id\": 2}],"
                    + " \"categories\": [{\"id\": 5, \"name\": \"x\", \"frequency\": \"r\"}],"
                    + " \"annotations\": [{\"id\": 3, \"image_id\": 1, \"category_id\": 5,"
                    + " \"keypoints\": [1, 2.5, 2, 0, 0, 0], \"num_keypoints\": 1, \"ignore\": 1},"
                    + " {\"id\": 4, \"image_id\": 1, \"category_id\": 5}]}"),
            new Warnings(Strictness.STRICT));
    VerifiedCategories verified = dataset.images().get(0).verified();
    assertArrayEquals(new long[] {5, 4294967297L}, verified.negative());
    assertEquals(0, verified.notExhaustive().length);
    assertEquals(VerifiedCategories.ABSENT, dataset.images().get(1).verified());
    assertEquals("r", dataset.categories().get(0).frequency());
    CocoAnnotation annotation = dataset.annotations().get(0);
    assertArrayEquals(new double[] {1, 2.5, 2, 0, 0, 0}, annotation.keypoints().values());
    assertEquals(1, annotation.keypoints().labelled());
    assertEquals(1, annotation.keypoints().visible());
    assertTrue(annotation.ignore());
    assertEquals(Keypoints.ABSENT, dataset.annotations().get(1).keypoints());
    assertFalse(dataset.annotations().get(1).ignore());

    CocoResults results =
        results("[{\"image_id\": 1, \"category_id\": 5, \"score\": 1, \"keypoints\": [3, 4, 9]}]");
    assertEquals(CocoResults.Kind.KEYPOINTS, results.kind());
    assertArrayEquals(new double[] {3, 4, 9}, results.keypoints(0));
    assertAbsent(
        "{\"id\": 3, \"image_id\": 1, \"category_id\": 5, \"keypoints\": [NaN]}",
        "keypoints",
        "NaN");
  }

  @Test
  void aWrongNumberOfKeypointsIsAWarning() throws IOException {
    Path wrong =
        file(
            "{\"images\": [{\"id\": 1}], \"categories\": [{\"id\": 5}], \"annotations\": ["
                + "{\"id\": 3, \"image_id\": 1, \"category_id\": 5,"
                + " \"keypoints\": [1, 2.5, 2], \"num_keypoints\": 0}]}");
    Warnings warnings = new Warnings(Strictness.LENIENT);
    CocoDataset.read(wrong, warnings);
    assertEquals(1, warnings.entries().size());
    assertTrue(warnings.entries().get(0).toString().contains("(id 3), num_keypoints 0, visible 1"));
    assertThrows(
        FormatException.class, () -> CocoDataset.read(wrong, new Warnings(Strictness.STRICT)));
  }

  @Test
  void missingValuesAreDistinguishedFromZero() throws IOException {
    CocoAnnotation bare =
        dataset("{\"id\": 3, \"image_id\": 1, \"category_id\": 5}").annotations().get(0);
    assertTrue(bare.box().isAbsent());
    assertTrue(Double.isNaN(bare.area()));
    assertEquals(CocoAnnotation.Crowd.ABSENT, bare.crowd());
    assertTrue(bare.segmentation() instanceof Segmentation.Absent);
  }

  @Test
  void wrongAnnotationsAreRejectedWithRecordAndField() {
    assertRefused(ANNOTATION + "," + ANNOTATION, "annotations[1].id", "twice");
    assertRefused(ANNOTATION.replace("12", "NaN"), "annotations[0].area", "NaN");
    assertRefused(
        ANNOTATION + "," + ANNOTATION.replace("\"id\": 3", "\"id\": \"4\""),
        "annotations[1].id",
        "the string \"4\"",
        "numbers, such as 3");
    assertRefused(
        ANNOTATION.replace("\"image_id\": 1", "\"image_id\": \"1\""),
        "images[0].id",
        "the number 1",
        "strings, such as \"1\"");
    assertRefused(ANNOTATION.replace("\"id\": 3", "\"id\": 3.5"), "expected an integer");
    assertRefused(ANNOTATION.replace("\"id\": 3", "\"id\": 1e30"), "expected an integer");
    assertRefused(ANNOTATION.replace("\"id\": 3", "\"id\": null"), "expected an integer");
    assertRefused(ANNOTATION.replace("\"id\": 3", "\"id\": 99999999999999999999"), "64 bits");
    assertRefused(ANNOTATION.replace("\"id\": 3, ", ""), "annotations[0]", "missing \"id\"");
    assertRefused(ANNOTATION.replace("\"image_id\": 1, ", ""), "no image_id");
    assertRefused("7", "annotations[0]", "expected an object");
  }

  @Test
  void invalidOptionalValuesAreTreatedAsMissing() throws IOException {
    assertAbsent(ANNOTATION.replace("2.5", "NaN"), "bbox", "NaN");
    assertAbsent(ANNOTATION.replace("2.5", "1e999"), "bbox", "infinite");
    assertAbsent(ANNOTATION.replace(", 4], \"a", "], \"a"), "bbox", "3 numbers");
    assertAbsent(ANNOTATION.replace("[1, 2.5, 3, 4]", "{\"x\": [[1]]}"), "bbox", "an object");
    String[][] segmentations = {
      {"[1, 2, 4, 2]", "polygons"},
      {"[[[1, 2], [4, 2]], [[4, 6]]]", "expected a number"},
      {"[[1, 2, \"x\", [2]], [1]]", "\"x\""},
      {"\"\"", "the string"},
      {"7", "polygons or run lengths"},
      {"true", "polygons or run lengths"},
      {"{}", "counts"},
      {"{\"size\": null, \"counts\": {\"a\": [1]}}", "expected a list"},
      {"{\"size\": [20, 10], \"counts\": [5, 5]}", "10 pixels"},
      {"{\"size\": [20, 10]}", "counts"},
      {"{\"size\": [2], \"counts\": [2]}", "two"},
      {"{\"size\": [20, 10], \"counts\": \"\u00e4\"}", "count string"},
    };
    for (String[] s : segmentations) {
      assertAbsent(ANNOTATION.replace("[[1, 2, 4, 2, 4, 6]]", s[0]), "segmentation", s[1]);
    }
    assertAbsent(ANNOTATION.replace("\"extra\"", "\"num_keypoints\""), "num_keypoints", "object");
    assertAbsent(ANNOTATION.replace("\"extra\"", "\"ignore\""), "ignore", "an object");
    String broken = ANNOTATION.replace("[[1, 2, 4, 2, 4, 6]]", "[\"x\", [1, ");
    assertRefused(broken, "not valid JSON");
  }

  @Test
  void imagesAndCategoriesAreReadWithoutInvalidValues() throws IOException {
    Path file =
        file(
            "{\"images\": [{\"id\": 1, \"width\": null, \"height\": 20, \"file_name\": [1]}],"
                + " \"categories\": [{\"id\": 5, \"name\": {}, \"supercategory\": []}],"
                + " \"annotations\": []}");
    Warnings warnings = new Warnings(Strictness.LENIENT);
    CocoDataset dataset = CocoDataset.read(file, warnings);
    assertEquals(new CocoImage(1, -1, -1, ""), dataset.images().get(0));
    assertEquals(new CocoCategory(5, "", ""), dataset.categories().get(0));
    assertEquals(4, warnings.entries().size(), warnings.entries().toString());
    assertTrue(
        dataset.unread().problem("images", 0, "width and height").orElseThrow().contains("null"));
  }

  @Test
  void rowsOfBoxesAreReadWithAnySegmentationAndKeypoints() throws IOException {
    String row = "{\"image_id\": 1, \"category_id\": 5, \"score\": 1, \"bbox\": [1, 2, 3, 4], %s}";
    String odd = "[" + String.format(row, "\"segmentation\": [1, 2], \"keypoints\": \"\"") + "]";
    Warnings warnings = new Warnings(Strictness.LENIENT);
    CocoResults results = CocoResults.read(file(odd), warnings);
    assertEquals(CocoResults.Kind.BOXES, results.kind());
    assertEquals(2, warnings.entries().size());
    FormatException e =
        assertThrows(FormatException.class, () -> results.requireRead(0, "segmentation"));
    assertTrue(e.getMessage().contains("results[0].segmentation: expected a list"), e.getMessage());
    assertThrows(FormatException.class, () -> results.requireRead(0, "keypoints"));
    results.requireRead(0, "bbox");
    assertRowsRefused(odd.replace("\"bbox\": [1, 2, 3, 4], ", ""), "results[0].segmentation");
  }

  @Test
  void invalidFilesAreRejectedWithAMessage() throws IOException {
    for (String text :
        List.of("", "{", "{\"images\": [{\"id\"", "[1]", "{\"a\": 1} 2", "\u0000", "nul", "{}")) {
      FormatException e =
          assertThrows(
              FormatException.class,
              () -> CocoDataset.read(file(text), new Warnings(Strictness.LENIENT)),
              text);
      assertTrue(e.getMessage().contains("file.json"), e.getMessage());
    }
    FormatException missing =
        assertThrows(
            FormatException.class,
            () -> CocoResults.read(folder.resolve("none"), new Warnings(Strictness.LENIENT)));
    assertTrue(missing.getMessage().contains("does not exist"), missing.getMessage());
    Path cut = folder.resolve("cut.json.gz");
    byte[] whole = gzip("[" + "{\"image_id\": 1},".repeat(500) + "]");
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    assertThrows(
        FormatException.class, () -> CocoResults.read(cut, new Warnings(Strictness.LENIENT)));
  }

  @Test
  void theFirstRowDeterminesTheKindOfList() throws IOException {
    String head = "{\"image_id\": 1, \"category_id\": 5.0, \"score\": 1, ";
    String mask = "\"segmentation\": {\"size\": [2, 2], \"counts\": \"04\"}}";
    CocoResults boxes = results("[" + head + "\"bbox\": [1, 2, 3, 4], " + mask + "]");
    assertEquals(CocoResults.Kind.BOXES, boxes.kind());
    assertTrue(boxes.hasBox(0));
    CocoResults masks = results("[" + head + "\"bbox\": [], " + mask + "]");
    assertEquals(CocoResults.Kind.MASKS, masks.kind());
    assertFalse(masks.hasBox(0));
    CocoResults points = results("[" + head + "\"keypoints\": [1, 2, 3]}]");
    assertEquals(CocoResults.Kind.KEYPOINTS, points.kind());
    assertRowsRefused("[" + head + "\"a\": 1}]", "results[0]", "no bbox");
    assertRowsRefused(
        "[" + head + "\"bbox\": [1, 2, 3, 4]}, " + head + mask + "]", "results[1]", "bbox");
    assertRowsRefused(
        "[" + head + "\"segmentation\": {\"size\": [2, 2], \"counts\": [4]}}]",
        "results[0].segmentation",
        "compressed");
    assertRowsRefused(
        "[{\"image_id\": 1, \"category_id\": 1, \"score\": NaN, \"bbox\": [1, 2, 3, 4]}]",
        "results[0].score",
        "NaN");
    assertRowsRefused("{\"a\": 1}", "expected a list");
  }

  @Test
  void writtenRowsAreReadBackExactly() throws IOException {
    for (long seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      Path file = folder.resolve("written.json");
      int n = 1 + random.nextInt(20);
      double[][] rows = new double[n][5];
      for (double[] row : rows) {
        for (int i = 0; i < 5; i++) {
          row[i] = random.nextBoolean() ? random.nextFloat() * 1000 : random.nextGaussian();
        }
      }
      try (CocoResultsWriter writer = CocoResultsWriter.create(file)) {
        for (int i = 0; i < n; i++) {
          writer.box(i, 7, rows[i][4], rows[i][0], rows[i][1], rows[i][2], rows[i][3]);
        }
        writer.finish();
      }
      CocoResults read = CocoResults.read(file, new Warnings(Strictness.LENIENT));
      assertEquals(n, read.size(), "seed " + seed);
      double[] box = new double[4];
      for (int i = 0; i < n; i++) {
        read.box(i, box, 0);
        assertEquals(i, read.imageId(i));
        assertEquals(rows[i][4], read.score(i), 0.0, "seed " + seed);
        assertArrayEquals(Arrays.copyOf(rows[i], 4), box, "seed " + seed);
      }
    }
  }

  @Test
  void masksAreWrittenAsCompressedRunsAndNumbersAsInPython() throws IOException {
    Path file = folder.resolve("masks.json");
    Rle mask = Rle.ofBox(480, 640, 10, 20, 100, 50);
    try (CocoResultsWriter writer = CocoResultsWriter.create(file)) {
      writer.mask(1L << 40, 3, (float) 0.935200572013855, mask);
      writer.finish();
    }
    String text = Files.readString(file);
    assertTrue(text.contains("\"score\":0.935200572013855"), text);
    CocoResults read = CocoResults.read(file, new Warnings(Strictness.STRICT));
    assertEquals(1L << 40, read.imageId(0));
    assertEquals(mask, read.segmentation(0).toRle(0, 0));
  }

  @Test
  void anEmptyWrittenListIsAnEmptyList() throws IOException {
    Path file = folder.resolve("empty.json");
    try (CocoResultsWriter writer = CocoResultsWriter.create(file)) {
      writer.finish();
    }
    Warnings warnings = new Warnings(Strictness.LENIENT);
    assertEquals(0, CocoResults.read(file, warnings).size());
    assertEquals(1, warnings.entries().size());
  }

  @Test
  void depthAndLengthAreLimitedAndATruncatedListOfManyChunksNamesItsRow() throws IOException {
    String row = "{\"image_id\": 1, \"category_id\": 1, \"bbox\": [1, 2, 3, 4], \"score\": 0.5";
    assertRowsRefused("[" + row + ", \"a\": " + "[".repeat(100_000), "results[0]", "nesting");
    assertRowsRefused("[" + row + ", \"a\": " + "{\"a\": ".repeat(100_000), "results[0]");
    assertRowsRefused("[" + row.replace("0.5", "1" + "0".repeat(100_000)), "results[0]", "length");
    assertRowsRefused("[" + row.replace("0.5", "1".repeat(30)), "results[0]");
    String many = (row + "},").repeat(60_000);
    assertRowsRefused("[" + many, "results[59999]", "ends early");
    assertRowsRefused("[" + many + row.replace("0.5", "NaN") + "}]", "results[60000].score", "NaN");
    assertEquals(60_001, results("[" + many + row + "}]").size());
  }

  @Test
  void gzipIsRecognizedByContent() throws IOException {
    Path file = folder.resolve("zipped.json");
    Files.write(
        file,
        gzip("[{\"image_id\": 1, \"category_id\": 1, \"score\": 0.5, \"bbox\": [1, 2, 3, 4]}]"));
    assertEquals(1, CocoResults.read(file, new Warnings(Strictness.STRICT)).size());
  }

  @Test
  void stringsAreNumberedInPythonsOrder() {
    // A surrogate pair is above all 16-bit code points, although its code units are not.
    List<String> sorted = List.of("", "10", "9", "A", "a", "\uffee", "\ud83d\ude00");
    IdNames names = IdNames.ascending(List.of("9", "\ud83d\ude00", "a", "", "\uffee", "A", "10"));
    for (int i = 0; i < sorted.size(); i++) {
      assertEquals(sorted.get(i), names.text(i));
      assertEquals(i, names.find(sorted.get(i)).orElseThrow());
    }
    assertTrue(names.find("b").isEmpty());
    assertEquals("7", IdNames.NUMBERS.text(7));
    assertTrue(IdNames.NUMBERS.find("x").isEmpty());
  }

  @Test
  void anyIdsAreFound() {
    for (long seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      IdIndex index = new IdIndex();
      Map<Long, Integer> expected = new HashMap<>();
      for (int i = 0; i < 500; i++) {
        long id = random.nextBoolean() ? random.nextInt(300) : random.nextLong();
        assertEquals(expected.putIfAbsent(id, expected.size()) == null, index.add(id));
      }
      assertEquals(expected.size(), index.size(), "seed " + seed);
      expected.forEach((id, number) -> assertEquals(number, index.get(id)));
      assertEquals(-1, index.get(Long.MIN_VALUE + 17));
    }
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
