package dev.dovetail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.ClassScores;
import dev.dovetail.formats.Detections;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.BadImageException;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageSource;
import dev.dovetail.images.ImageWriter;
import dev.dovetail.images.OpenCv;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opencv.core.CvType;
import org.opencv.core.Mat;

/** Predictions on single images from any source and on lists of images. */
class PredictTest {

  private static final String[] CLASSES = {"sky", "cat", "dog"};

  @TempDir private Path folder;

  private TinyModel detector() throws IOException {
    return TinyModel.detector(folder, CLASSES);
  }

  /** Verifies that an image has the same result from any source. */
  private void assertSameFromEverywhere(TinyModel tiny) throws IOException {
    Path file = TinyModel.picture(folder.resolve("photo.png"), 3, 50, 90);
    byte[] content = Files.readAllBytes(file);
    BufferedImage java2d = ImageIO.read(file.toFile());
    Image image = TinyModel.image(3, 50, 90);
    Mat mat = image.toMat();
    try (DovetailModel model = tiny.open()) {
      String expected = model.predict(file).toJson();
      assertEquals(expected, model.predict(content).toJson());
      assertEquals(expected, model.predict(new ByteArrayInputStream(content)).toJson());
      assertEquals(expected, model.predict(java2d).toJson());
      assertEquals(expected, model.predict(mat).toJson());
      assertEquals(expected, model.predict(ImageSource.of(image)).toJson());
      assertEquals(new Size(50, 90), model.predict(file).imageSize());
      Image other = TinyModel.image(4, 50, 90);
      assertNotEquals(expected, model.predict(ImageSource.of(other)).toJson());
    } finally {
      mat.release();
    }
  }

  @Test
  void allSourcesOfAnImageHaveTheSameResult() throws IOException {
    assertSameFromEverywhere(detector());
    assertSameFromEverywhere(TinyModel.segmenter(folder, CLASSES));
    assertSameFromEverywhere(TinyModel.classifier(folder, CLASSES));
    assertSameFromEverywhere(TinyModel.panoptic(folder, CLASSES));
  }

  @Test
  void aSubmatrixIsAnImage() throws IOException {
    Mat whole = TinyModel.image(5, 80, 120).toMat();
    Mat part = whole.submat(10, 60, 20, 110);
    Mat copy = part.clone();
    try (DovetailModel model = detector().open()) {
      assertEquals(model.predict(copy).toJson(), model.predict(part).toJson());
    } finally {
      List.of(copy, part, whole).forEach(Mat::release);
    }
  }

  @Test
  void allTypesOfJavaImagesEqualTheirFile() throws IOException {
    int[] kinds = {
      BufferedImage.TYPE_INT_RGB,
      BufferedImage.TYPE_INT_BGR,
      BufferedImage.TYPE_INT_ARGB,
      BufferedImage.TYPE_4BYTE_ABGR,
      BufferedImage.TYPE_BYTE_GRAY
    };
    try (DovetailModel model = detector().open()) {
      for (int kind : kinds) {
        BufferedImage image = new BufferedImage(60, 44, kind);
        BufferedImage colours =
            ImageIO.read(TinyModel.picture(folder.resolve("c.png"), 8, 44, 60).toFile());
        image.getGraphics().drawImage(colours, 0, 0, null);
        Path file = folder.resolve("kind" + kind + ".png");
        ImageIO.write(image, "png", file.toFile());
        assertEquals(
            model.predict(file).toJson(), model.predict(image).toJson(), "image type " + kind);
      }
    }
  }

  @Test
  void invalidImagesAreRejectedByName() throws IOException {
    Path text = Files.writeString(folder.resolve("note.txt"), "no image");
    Path missing = folder.resolve("missing.jpg");
    OpenCv.load();
    Mat grey = new Mat(8, 8, CvType.CV_8UC1);
    try (DovetailModel model = detector().open()) {
      assertMentions(
          text.toString(), assertThrows(BadImageException.class, () -> model.predict(text)));
      assertMentions(
          missing.toString(), assertThrows(IOException.class, () -> model.predict(missing)));
      assertMentions(
          "the image", assertThrows(BadImageException.class, () -> model.predict(new byte[9])));
      assertMentions(
          "CV_8UC3", assertThrows(IllegalArgumentException.class, () -> model.predict(grey)));
    } finally {
      grey.release();
    }
  }

  private static void assertMentions(String words, Exception e) {
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }

  /** Alternates between sizes with equal and with different padded sizes. */
  private List<Image> images() {
    List<Image> images = new ArrayList<>();
    int[][] sizes = {{40, 60}, {64, 60}, {40, 60}, {60, 40}, {40, 59}, {40, 60}, {64, 60}};
    for (int i = 0; i < sizes.length; i++) {
      images.add(TinyModel.image(i, sizes[i][0], sizes[i][1]));
    }
    return images;
  }

  private void assertListsGiveWhatSingleCallsGive(TinyModel tiny) throws IOException {
    List<Image> images = images();
    List<ImageSource> sources = images.stream().map(ImageSource::of).toList();
    try (DovetailModel model = tiny.open()) {
      List<String> single = new ArrayList<>();
      for (ImageSource source : sources) {
        single.add(model.predict(source).toJson());
      }
      for (int batch : new int[] {1, 2, 100}) {
        List<String> listed =
            model.predict(sources, batch).stream().map(Prediction::toJson).toList();
        assertEquals(single, listed, "in batches of " + batch);
      }
      assertEquals(List.of(), model.predict(List.of(), 4));
    }
  }

  @Test
  void listsAndBatchesEqualSingleCalls() throws IOException {
    assertListsGiveWhatSingleCallsGive(detector());
    assertListsGiveWhatSingleCallsGive(TinyModel.segmenter(folder, CLASSES));
    assertListsGiveWhatSingleCallsGive(TinyModel.classifier(folder, CLASSES));
    assertListsGiveWhatSingleCallsGive(TinyModel.panoptic(folder, CLASSES));
  }

  @Test
  void aBatchSizeBelowOneIsRejected() throws IOException {
    try (DovetailModel model = detector().open()) {
      Exception e = assertThrows(IllegalArgumentException.class, () -> model.predict(List.of(), 0));
      assertEquals("batch is 0, expected at least 1", e.getMessage());
    }
  }

  @Test
  void anUnusableImageEndsTheRunUnlessTheHandlerAcceptsIt() throws IOException {
    Path text = Files.writeString(folder.resolve("note.txt"), "no image");
    List<ImageSource> sources =
        List.of(
            ImageSource.of(TinyModel.image(1, 40, 60)),
            ImageSource.of(text),
            ImageSource.of(TinyModel.image(2, 40, 60)));
    try (DovetailModel model = detector().open()) {
      assertMentions(
          text.toString(), assertThrows(IOException.class, () -> model.predict(sources, 1)));
      List<Integer> done = java.util.Collections.synchronizedList(new ArrayList<>());
      List<Integer> failed = new ArrayList<>();
      model.predict(
          sources,
          2,
          new PredictionHandler() {
            @Override
            public void accept(int index, Image image, Prediction prediction) {
              done.add(index);
            }

            @Override
            public void failed(int index, IOException reason) {
              failed.add(index);
            }
          });
      assertEquals(List.of(0, 2), done.stream().sorted().toList());
      assertEquals(List.of(1), failed);
    }
  }

  @Test
  void aResultOfAnotherTypeIsRejectedWithTheTask() throws IOException {
    ImageSource image = ImageSource.of(TinyModel.image(1, 40, 60));
    try (DovetailModel detector = detector().open();
        DovetailModel classifier = TinyModel.classifier(folder, CLASSES).open()) {
      Prediction found = detector.predict(image);
      assertSame(found.detections(), found.as(Detections.class));
      String message = assertThrows(IllegalStateException.class, found::labelMap).getMessage();
      assertEquals(
          "the model's task is 'detection', whose results are Detections, not LabelMap", message);
      assertThrows(IllegalStateException.class, found::panopticMap);
      assertThrows(IllegalStateException.class, found::classScores);
      assertThrows(IllegalStateException.class, found::embedding);
      Prediction scores = classifier.predict(image);
      assertEquals(CLASSES.length, scores.as(ClassScores.class).scores().length);
      assertThrows(IllegalStateException.class, scores::detections);
      BufferedImage java2d = new BufferedImage(60, 40, BufferedImage.TYPE_3BYTE_BGR);
      message = assertThrows(IllegalStateException.class, () -> scores.draw(java2d)).getMessage();
      assertEquals("results of the task 'classification' cannot be drawn", message);
    }
  }

  @Test
  void aPredictionIsDrawnOnlyOnItsImage() throws IOException {
    Image image = TinyModel.image(1, 40, 60);
    Path file = folder.resolve("a.png");
    ImageWriter.write(file, image);
    BufferedImage java2d = ImageIO.read(file.toFile());
    try (DovetailModel model = detector().open()) {
      Prediction found = model.predict(java2d);
      BufferedImage drawn = found.draw(java2d);
      assertEquals(60, drawn.getWidth());
      assertTrue(differ(java2d, drawn), "nothing is drawn");
      BufferedImage other = new BufferedImage(61, 40, BufferedImage.TYPE_3BYTE_BGR);
      assertMentions(
          "61x40", assertThrows(IllegalArgumentException.class, () -> found.draw(other)));
      assertEquals(0, found.above(2).detections().count());
      assertTrue(!differ(java2d, found.above(2).draw(java2d)), "nothing to draw was expected");
    }
  }

  private static boolean differ(BufferedImage a, BufferedImage b) {
    for (int y = 0; y < a.getHeight(); y++) {
      for (int x = 0; x < a.getWidth(); x++) {
        if (a.getRGB(x, y) != b.getRGB(x, y)) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void savedFilesAreNamedInTheJsonAndKnownInAdvance() throws IOException {
    Image image = TinyModel.image(1, 40, 60);
    for (TinyModel tiny :
        List.of(
            detector(),
            TinyModel.segmenter(folder, CLASSES),
            TinyModel.panoptic(folder, CLASSES),
            TinyModel.classifier(folder, CLASSES))) {
      try (DovetailModel model = tiny.open()) {
        Path out = Files.createDirectory(folder.resolve(model.task()));
        var json = model.predict(ImageSource.of(image)).save(image, out, "x");
        List<String> names = model.fileNames("x");
        for (String name : names) {
          assertTrue(Files.exists(out.resolve(name)), name);
          assertTrue(json.containsValue(name), json.toString());
        }
        try (var files = Files.list(out)) {
          assertEquals(names.size(), files.count(), model.task());
        }
      }
    }
  }
}
