package dev.dovetail.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.image.BadImageException;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import dev.dovetail.formats.semantic.LabelRange;
import dev.dovetail.formats.semantic.SemanticDataset;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageWriter;
import dev.dovetail.train.data.CocoTrainingSet.Content;
import dev.dovetail.train.data.augment.AnnotatedImage;
import dev.dovetail.train.data.augment.Augmentations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingSetsTest {

  private static final Size SIZE = new Size(40, 50);

  private static final String CATEGORIES =
      "\"categories\":[{\"id\":7,\"name\":\"dog\"},{\"id\":3,\"name\":\"cat\"}]";

  @TempDir Path folder;

  private void image(String name, Size size) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    ImageWriter.write(file, Image.of(size, new byte[(int) size.pixels() * Image.CHANNELS]));
  }

  private static String listed(int id, String file, int width, int height) {
    return "{\"id\":"
        + (id + ",\"file_name\":\"" + file + "\",\"width\":" + width)
        + (",\"height\":" + height + "}");
  }

  private static String object(int id, int image, int category, String rest) {
    return "{\"id\":" + id + ",\"image_id\":" + image + ",\"category_id\":" + category + rest + "}";
  }

  private static String box(String box) {
    return ",\"bbox\":[" + box + "],\"area\":100,\"segmentation\":[[10,10,30,10,30,20,10,20]]";
  }

  private CocoDataset dataset(List<String> images, List<String> annotations) throws IOException {
    Path file = folder.resolve("train.json");
    Files.writeString(
        file,
        "{\"images\":["
            + String.join(",", images)
            + "],\"annotations\":["
            + String.join(",", annotations)
            + "],"
            + CATEGORIES
            + "}");
    return CocoDataset.read(file, new Warnings(Strictness.LENIENT));
  }

  private CocoTrainingSet open(CocoDataset dataset, List<String> classes, Content content)
      throws IOException {
    return CocoTrainingSet.open(
        dataset, folder, classes, content, new Warnings(Strictness.LENIENT));
  }

  private static void assertSays(Exception e, String... parts) {
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage() + " lacks " + part);
    }
  }

  @Test
  void objectsHaveBoxesLabelsAndMasks() throws IOException {
    image("a.png", SIZE);
    CocoDataset dataset =
        dataset(
            List.of(listed(1, "a.png", 50, 40)),
            List.of(
                object(1, 1, 7, box("10,10,20,10")), object(2, 1, 3, box("9.5,10.25,20,10.5"))));
    CocoTrainingSet set = open(dataset, List.of(), Content.BOXES_AND_MASKS);
    assertEquals(List.of("cat", "dog"), set.classes());
    assertEquals("1 of 1 images with 2 of 2 annotated objects in 2 classes", set.summary());
    AnnotatedImage read = set.read(0);
    assertEquals(SIZE, read.size());
    assertArrayEquals(new int[] {1, 0}, read.instances().labels());
    assertArrayEquals(
        new float[] {10, 10, 30, 20, 9.5f, 10.25f, 29.5f, 20.75f}, read.instances().boxes());
    assertEquals(200, read.instances().masks()[0].area());
    assertEquals(0, open(dataset, List.of(), Content.BOXES).read(0).instances().masks().length);
    CocoTrainingSet named = open(dataset, List.of("dog"), Content.BOXES);
    assertArrayEquals(new int[] {0}, named.read(0).instances().labels());
  }

  @Test
  void unsuitableImagesAndObjectsAreSkipped() throws IOException {
    for (String name : List.of("a.png", "empty.png", "crowd.png")) {
      image(name, SIZE);
    }
    image("small.png", new Size(31, 50));
    CocoDataset dataset =
        dataset(
            List.of(
                listed(1, "a.png", 50, 40),
                listed(2, "empty.png", 50, 40),
                listed(3, "small.png", 50, 31),
                listed(4, "crowd.png", 50, 40)),
            List.of(
                object(1, 1, 7, box("10,10,20,10")),
                object(2, 1, 7, box("10,10,20,10") + ",\"iscrowd\":1"),
                object(3, 1, 7, box("10,10,20,10") + ",\"ignore\":1"),
                object(4, 1, 7, box("60,10,20,10")),
                object(5, 1, 7, box("10,10,0.5,10")),
                object(6, 1, 7, box("45,10,20,10")),
                object(7, 3, 7, box("10,10,20,10")),
                object(8, 4, 7, box("10,10,20,10") + ",\"iscrowd\":1")));
    CocoTrainingSet set = open(dataset, List.of(), Content.BOXES);
    // An image with only a crowd is used, and all of it is background.
    assertEquals(2, set.count());
    assertTrue(set.name(0).endsWith("a.png") && set.name(1).endsWith("crowd.png"));
    // Boxes that exceed the image are unchanged.
    assertArrayEquals(
        new float[] {10, 10, 30, 20, 45, 10, 65, 20}, set.read(0).instances().boxes());
    assertEquals(0, set.read(1).instances().count());
  }

  @Test
  void errorsInTheAnnotationsAreReported() throws IOException {
    image("a.png", SIZE);
    List<String> good = List.of(listed(1, "a.png", 50, 40));
    CocoDataset whole = dataset(good, List.of(object(1, 1, 7, box("10,10,20,10"))));
    assertSays(
        assertThrows(FormatException.class, () -> open(whole, List.of("horse"), Content.BOXES)),
        "'horse'",
        "[dog, cat]");
    assertSays(
        assertThrows(
            FormatException.class, () -> open(whole, List.of("dog", "dog"), Content.BOXES)),
        "'dog' is listed twice");
    CocoDataset unmasked =
        dataset(good, List.of(object(12, 1, 7, ",\"bbox\":[10,10,20,10],\"area\":9")));
    assertSays(
        assertThrows(
            FormatException.class, () -> open(unmasked, List.of(), Content.BOXES_AND_MASKS)),
        "annotations[0] (id 12)",
        "segmentation");
    CocoDataset unboxed = dataset(good, List.of(object(12, 1, 7, ",\"area\":9")));
    assertSays(
        assertThrows(FormatException.class, () -> open(unboxed, List.of(), Content.BOXES)),
        "annotations[0] (id 12)",
        "bbox");
    CocoDataset missing =
        dataset(
            List.of(listed(5, "gone.png", 50, 40)), List.of(object(1, 5, 7, box("10,10,20,10"))));
    assertSays(
        assertThrows(FormatException.class, () -> open(missing, List.of(), Content.BOXES)),
        "image 5",
        "gone.png",
        "is " + folder + " the right directory?");
    CocoDataset empty = dataset(good, List.of());
    assertSays(
        assertThrows(FormatException.class, () -> open(empty, List.of(), Content.BOXES)),
        "no image can be used for training");
    CocoDataset turned =
        dataset(List.of(listed(1, "a.png", 40, 50)), List.of(object(1, 1, 7, box("10,10,20,10"))));
    CocoTrainingSet set = open(turned, List.of(), Content.BOXES);
    assertSays(assertThrows(BadImageException.class, () -> set.read(0)), "a.png", "50x40", "40x50");
    String rle =
        ",\"bbox\":[1,1,9,9],\"area\":9,\"segmentation\":"
            + "{\"size\":[40,40],\"counts\":[100,1500]}";
    CocoDataset masked = dataset(good, List.of(object(9, 1, 7, rle)));
    CocoTrainingSet other = open(masked, List.of(), Content.BOXES_AND_MASKS);
    assertSays(
        assertThrows(FormatException.class, () -> other.read(0)),
        "annotations[0] (id 9)",
        "40x40",
        "50x40");
  }

  @Test
  void missingSizesAreReadFromTheImages() throws IOException {
    image("a.png", SIZE);
    CocoDataset dataset =
        dataset(
            List.of("{\"id\":1,\"file_name\":\"a.png\"}"),
            List.of(object(1, 1, 7, box("10,10,20,10"))));
    assertEquals(SIZE, open(dataset, List.of(), Content.BOXES).size(0));
  }

  @Test
  void labelMapsBecomeClassesFromZero() throws IOException {
    image("images/a.png", new Size(1, 5));
    Path map = folder.resolve("maps/a.png");
    Files.createDirectories(map.getParent());
    byte[] values = {0, 1, 2, (byte) 255, 2};
    LabelPng.write(map, new LabelMap.Bytes(new Size(1, 5), values));
    List<SemanticDataset.Pair> pairs =
        SemanticDataset.open(folder.resolve("images"), folder.resolve("maps")).pairs();
    LabelMapTrainingSet reduced =
        new LabelMapTrainingSet(pairs, new LabelRange(2, true, AnnotatedImage.IGNORED));
    assertArrayEquals(new byte[] {-1, 0, 1, -1, 1}, labels(reduced));
    assertEquals(new Size(1, 5), reduced.size(0));
    LabelMapTrainingSet plain = new LabelMapTrainingSet(pairs, new LabelRange(3, false, 255));
    assertArrayEquals(values, labels(plain));
    LabelMapTrainingSet ignoringTwo = new LabelMapTrainingSet(pairs, new LabelRange(2, false, 2));
    assertSays(assertThrows(BadImageException.class, () -> ignoringTwo.read(0)), "maps", "255");
    assertThrows(
        IllegalArgumentException.class,
        () -> new LabelMapTrainingSet(pairs, new LabelRange(256, false, 255)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new LabelMapTrainingSet(List.of(), new LabelRange(2, false, 255)));
  }

  @Test
  void cityscapesIdsBecomeTrainIds() throws IOException {
    image("images/ulm/ulm_000000_000019_leftImg8bit.png", new Size(1, 5));
    Path map = folder.resolve("maps/ulm/ulm_000000_000019_gtFine_labelIds.png");
    Files.createDirectories(map.getParent());
    LabelPng.write(map, new LabelMap.Bytes(new Size(1, 5), new byte[] {0, 7, 33, 29, 26}));
    SemanticDataset dataset =
        SemanticDataset.open(folder.resolve("images"), folder.resolve("maps"));
    LabelMapTrainingSet set =
        new LabelMapTrainingSet(
            dataset.pairs(), new LabelRange(19, true, 255), dataset.values().table());
    assertArrayEquals(new byte[] {-1, 0, 18, -1, 13}, labels(set));
  }

  private static byte[] labels(TrainingSet set) throws IOException {
    return ((LabelMap.Bytes) set.read(0).labels().orElseThrow()).labels();
  }

  private ImageFolderTrainingSet openFolder(Warnings warnings, String... classes)
      throws IOException {
    return ImageFolderTrainingSet.open(folder, List.of(classes), warnings);
  }

  @Test
  void classesAreTheSortedNamesOfTheDirectories() throws IOException {
    for (String name : List.of("b/2.jpg", "b/1.png", "B/3.PNG", "a/deep/4.png", "a/.5.png")) {
      image(name.replace(".jpg", ".png"), SIZE);
    }
    Files.move(folder.resolve("b/2.png"), folder.resolve("b/2.jpg"));
    Files.writeString(folder.resolve("b/notes.txt"), "no image");
    image(".ipynb_checkpoints/6.png", SIZE);
    Warnings warnings = new Warnings(Strictness.LENIENT);
    ImageFolderTrainingSet set = openFolder(warnings);
    assertEquals(List.of("B", "a", "b"), set.classes());
    assertEquals("4 images in 3 classes", set.summary());
    assertEquals(List.of(), warnings.entries());
    int[] expected = {0, 1, 2, 2};
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], set.read(i).imageClass().orElseThrow());
      assertEquals(SIZE, set.size(i));
    }
    assertEquals(folder.resolve("a/deep/4.png").toString(), set.name(1));
    ImageFolderTrainingSet other = openFolder(warnings, "b", "B");
    assertEquals(List.of("b", "B"), other.classes());
    assertEquals(0, other.read(0).imageClass().orElseThrow());
    assertEquals(1, other.read(2).imageClass().orElseThrow());
    assertTrue(warnings.entries().get(0).toString().contains("(ignored): 1 (first: "));
  }

  @Test
  void unreadableImagesOfAClassAreNamed() throws IOException {
    image("cat/1.png", SIZE);
    Files.createDirectories(folder.resolve("dog"));
    Path broken = folder.resolve("dog/2.jpg");
    Files.writeString(broken, "no picture");
    Path empty = Files.createFile(folder.resolve("dog/3.png"));
    ImageFolderTrainingSet set = openFolder(new Warnings(Strictness.LENIENT));
    assertSays(assertThrows(BadImageException.class, () -> set.read(1)), broken.toString());
    assertSays(assertThrows(BadImageException.class, () -> set.read(2)), empty.toString());
    Files.delete(broken);
    assertSays(assertThrows(IOException.class, () -> set.read(1)), broken.toString());
    assertEquals(0, set.read(0).imageClass().orElseThrow());
  }

  @Test
  void batchesOfADirectoryHaveTheClassesOfItsImages() throws IOException {
    for (String name : List.of("cat/1.png", "cat/2.png", "dog/3.png", "dog/4.png")) {
      image(name, SIZE);
    }
    ImageFolderTrainingSet set = openFolder(new Warnings(Strictness.LENIENT));
    Size input = new Size(24, 32);
    try (BatchLoader loader =
        new BatchLoader(
            set,
            Sampler.epochs(set.count(), 4, 7),
            Augmentations.classification(input),
            new BatchLoader.Settings(7, 2, 1, 0))) {
      Batch batch = loader.next();
      assertEquals(input, batch.padded(1));
      long[] classes = batch.imageClasses().longs();
      for (int i = 0; i < classes.length; i++) {
        assertEquals(batch.names().get(i).contains("dog") ? 1 : 0, classes[i]);
      }
      assertEquals(2, Arrays.stream(classes).sum());
    }
    Path broken = Files.writeString(folder.resolve("dog/3.png"), "no picture");
    try (BatchLoader loader =
        new BatchLoader(
            set,
            Sampler.epochs(set.count(), 4, 7),
            Augmentations.smallClassification(input),
            new BatchLoader.Settings(7, 2, 1, 0))) {
      assertSays(assertThrows(IOException.class, loader::next), broken.toString());
    }
  }
}
