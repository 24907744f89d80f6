package dev.dovetail.eval.gallery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dovetail.eval.analysis.DetectionAnalysis;
import dev.dovetail.eval.analysis.ErrorType;
import dev.dovetail.eval.coco.matching.CocoOverlaps;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.coco.CocoResults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectionGalleryTest {

  private static final int IMAGES = 230;
  private static final int CLASSES = 3;

  @TempDir Path folder;
  private final Warnings warnings = new Warnings(Strictness.LENIENT);

  private record Written(DetectionAnalysis analysis, JsonNode info, List<JsonNode> images) {}

  /** Tests the gallery of a data set of random boxes, which is written and read back. */
  private Written written() throws IOException {
    Random random = new Random(4);
    List<String> images = new ArrayList<>();
    List<String> truths = new ArrayList<>();
    List<String> found = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      images.add("{\"id\":" + i + ",\"width\":80,\"height\":60,\"file_name\":\"" + i + ".jpg\"}");
      Files.writeString(folder.resolve(i + ".jpg"), "x" + i);
      for (int t = random.nextInt(5); t > 0; t--) {
        int k = random.nextInt(CLASSES);
        int x = random.nextInt(40);
        int y = random.nextInt(30);
        int crowd = random.nextInt(12) == 0 ? 1 : 0;
        truths.add(
            String.format(
                Locale.ROOT,
                "{\"id\":%d,\"image_id\":%d,\"category_id\":%d,\"bbox\":[%d,%d,20,20],"
                    + "\"area\":400,\"iscrowd\":%d}",
                truths.size() + 1,
                i,
                k,
                x,
                y,
                crowd));
        for (int d = random.nextInt(3); d > 0; d--) {
          found.add(
              String.format(
                  Locale.ROOT,
                  "{\"image_id\":%d,\"category_id\":%d,\"bbox\":[%d,%d,20,20],\"score\":%.3f}",
                  i,
                  random.nextInt(4) == 0 ? random.nextInt(CLASSES) : k,
                  x + random.nextInt(14) - 3,
                  y + random.nextInt(14) - 3,
                  random.nextDouble()));
        }
      }
    }
    Path gt = folder.resolve("gt.json");
    Path dt = folder.resolve("dt.json");
    Files.writeString(
        gt,
        "{\"images\":["
            + String.join(",", images)
            + "],\"categories\":[{\"id\":0,\"name\":\"a\"},{\"id\":1,\"name\":\"</script>\"},"
            + "{\"id\":2,\"name\":\"c\"}],\"annotations\":["
            + String.join(",", truths)
            + "]}");
    Files.writeString(dt, "[" + String.join(",", found) + "]");
    CocoDataset dataset = CocoDataset.read(gt, warnings);
    CocoOverlaps overlaps =
        new CocoOverlaps(
            dataset,
            CocoResults.read(dt, warnings),
            CocoParams.of(IouType.BBOX),
            DetectionAnalysis.MAX_DETECTIONS);
    DetectionAnalysis analysis = DetectionAnalysis.of(overlaps);
    PhotoFolder photos = new PhotoFolder(folder, warnings);
    GalleryFolder.write(
        folder.resolve("report"),
        new FakePictures(),
        new DetectionGallery(dataset, overlaps, analysis, photos),
        () -> {});
    Path data = folder.resolve("report").resolve(GalleryFolder.NAME);
    List<JsonNode> objects = new ArrayList<>();
    for (int chunk = 0; chunk * 100 < IMAGES; chunk++) {
      String text = Files.readString(data.resolve("objects-" + chunk + ".js"));
      assertTrue(text.startsWith("gallery.objects(" + chunk + ",["), text.substring(0, 40));
      json(text.substring(text.indexOf(',') + 1)).forEach(objects::add);
    }
    String info = Files.readString(data.resolve("info.js"));
    return new Written(analysis, json(info.substring(info.indexOf('('))), objects);
  }

  private static JsonNode json(String script) throws IOException {
    String text =
        script.replace(");", "").replaceFirst("^\\(", "").replaceAll(",\\s*\\]\\s*$", "]");
    return JsonMapper.builder().build().readTree(text);
  }

  @Test
  void exceptForCrowdsEachKindHasAsManyObjectsAsTheBreakdown() throws IOException {
    Written written = written();
    assertEquals(IMAGES, written.images().size());
    long apart = 0;
    for (ErrorType type : ErrorType.values()) {
      long shown = 0;
      for (JsonNode image : written.images()) {
        for (JsonNode object : image) {
          String kind = written.info().get("kinds").get(object.get(0).asInt()).get("id").asText();
          shown += kind.equals(DetectionGallery.kind(type)) ? 1 : 0;
        }
      }
      assertTrue(shown > 0, type + " does not occur, so the test has no effect");
      long counted = written.analysis().errors().counts().get(type);
      assertTrue(shown <= counted, type.label() + ": " + shown + " of " + counted);
      apart += counted - shown;
    }
    long ignored = 0;
    for (JsonNode image : written.images()) {
      for (JsonNode object : image) {
        JsonNode kind = written.info().get("kinds").get(object.get(0).asInt());
        ignored += kind.get("id").asText().equals("ignored") ? 1 : 0;
      }
    }
    assertEquals(ignored, apart);
  }

  @Test
  void everyCellOfTheConfusionMatrixHasAsManyObjects() throws IOException {
    Written written = written();
    long[][] shown = new long[CLASSES + 1][CLASSES + 1];
    for (JsonNode image : written.images()) {
      for (JsonNode object : image) {
        if (object.get(10).asInt() >= 0) {
          shown[object.get(10).asInt()][object.get(11).asInt()]++;
        }
      }
    }
    for (int r = 0; r <= CLASSES; r++) {
      for (int c = 0; c <= CLASSES; c++) {
        assertEquals(written.analysis().confusion().counts()[r][c], shown[r][c], r + ", " + c);
      }
    }
  }

  @Test
  void aSmallerGalleryRemovesTheFilesOfALargerOne() throws IOException {
    Path report = folder.resolve("report");
    written();
    Path data = report.resolve(GalleryFolder.NAME);
    Files.writeString(data.resolve("mine.txt"), "mine");
    GalleryFolder.write(report, new FakePictures(), new OneImage(), () -> {});
    assertTrue(Files.exists(data.resolve("000000.jpg")));
    assertTrue(Files.exists(data.resolve("objects-0.js")));
    assertTrue(Files.exists(data.resolve("mine.txt")), "it does not belong to a gallery");
    assertFalse(Files.exists(data.resolve("000001.jpg")));
    assertFalse(Files.exists(data.resolve("objects-1.js")));
  }

  private static final class OneImage implements GallerySource {
    @Override
    public int images() {
      return 1;
    }

    @Override
    public GalleryInfo info() {
      return new GalleryInfo(List.of(), List.of(), List.of(), List.of(), "IoU", Double.NaN);
    }

    @Override
    public GalleryImage image(int image, PictureFiles files) {
      return new GalleryImage("a", new Size(1, 1), false, new double[0], List.of());
    }
  }

  @Test
  void aMissingImageIsCountedAndShownWithoutAPicture() throws IOException {
    written();
    assertEquals(List.of(), warnings.entries());
    Files.delete(folder.resolve("7.jpg"));
    PhotoFolder photos = new PhotoFolder(folder, warnings);
    PictureFiles files = new PictureFiles(folder, new FakePictures(), (image, picture) -> {});
    PhotoFolder.Photo photo = photos.copy(files, 7, new CocoImage(7, 80, 60, "7.jpg"));
    assertFalse(photo.isThere());
    assertEquals(1, warnings.entries().get(0).count());
    assertTrue(warnings.entries().get(0).first().contains("7.jpg does not exist"));
  }
}
