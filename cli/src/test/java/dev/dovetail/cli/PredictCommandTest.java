package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import dev.dovetail.images.ImageReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictCommandTest {

  private static final String[] CLASSES = {"cat", "dog"};

  @TempDir private Path folder;
  private Path photos;
  private Path out;

  @BeforeEach
  void write() throws IOException {
    photos = folder.resolve("Fotos ä");
    out = folder.resolve("out");
    TinyModel.picture(photos.resolve("a.png"), 40, 60);
    TinyModel.picture(photos.resolve("b.jpg"), 40, 60);
    TinyModel.picture(photos.resolve("deep/c.png"), 60, 40);
    Files.writeString(photos.resolve("notes.txt"), "no image");
  }

  private CommandLineRun predict(TinyModel model, Object... inputsAndMore) {
    List<Object> args = model.arguments("predict", inputsAndMore);
    args.addAll(List.of("--out", out));
    return CommandLineRun.of(args.toArray());
  }

  private TinyModel detector() throws IOException {
    return TinyModel.detector(folder, CLASSES);
  }

  private List<String> files() throws IOException {
    List<String> files = new ArrayList<>();
    for (JsonNode entry : results()) {
      files.add(folder.relativize(Path.of(entry.get("file").asText())).toString());
    }
    return files;
  }

  private JsonNode results() throws IOException {
    return new ObjectMapper().readTree(out.resolve("results.json").toFile());
  }

  @Test
  void objectsAboveTheThresholdAreListedAndDrawn() throws IOException {
    String shown =
        predict(detector(), photos.resolve("a.png"), "--score-threshold", 0.3).succeeded().out();
    JsonNode entry = results().get(0);
    assertEquals(60, entry.get("width").asInt());
    assertTrue(entry.get("objects").size() > 0, "nothing was found");
    for (JsonNode object : entry.get("objects")) {
      assertTrue(object.get("score").asDouble() >= 0.3, object.toString());
      assertEquals(CLASSES[object.get("label").asInt()], object.get("name").asText());
      JsonNode mask = object.get("segmentation");
      Rle rle = Rle.ofCompressed(40, 60, mask.get("counts").asText());
      assertEquals("[40,60]", mask.get("size").toString());
      assertTrue(rle.area() <= 40 * 60);
    }
    assertEquals(new Size(40, 60), ImageReader.read(out.resolve("a.jpg")).size());
    assertTrue(shown.startsWith("image  found\na.png  "), shown);
    predict(detector(), photos.resolve("a.png"), "--score-threshold", 0).succeeded();
    long above =
        results().get(0).get("objects").findValuesAsText("score").stream()
            .filter(score -> Double.parseDouble(score) >= 0.3)
            .count();
    assertEquals(entry.get("objects").size(), above);
  }

  @Test
  void labelMapsAreWrittenWithTheirClassShares() throws IOException {
    predict(TinyModel.segmenter(folder, CLASSES), photos.resolve("a.png")).succeeded();
    LabelMap map = LabelPng.read(out.resolve("a.labels.png"));
    assertEquals(new Size(40, 60), map.size());
    JsonNode shares = results().get(0).get("share_of_pixels");
    double sum = 0;
    for (int c = 0; c < CLASSES.length; c++) {
      long pixels = 0;
      for (int i = 0; i < map.size().pixels(); i++) {
        pixels += map.at(i) == c ? 1 : 0;
      }
      double share = (double) pixels / map.size().pixels();
      assertEquals(share, shares.path(CLASSES[c]).asDouble(0), 1e-12);
      sum += share;
    }
    assertEquals(1, sum, 1e-12);
    assertTrue(Files.exists(out.resolve("a.jpg")));
  }

  @Test
  void filesFoldersAndPatternsAreInputsWithoutDuplicates() throws IOException {
    TinyModel model = detector();
    predict(model, photos).succeeded();
    assertEquals(List.of("Fotos ä/a.png", "Fotos ä/b.jpg", "Fotos ä/deep/c.png"), files());
    predict(model, photos + "/*.j*", photos + "/*").succeeded();
    assertEquals(List.of("Fotos ä/b.jpg", "Fotos ä/a.png"), files());
    predict(model, folder + "/F*/d??p/{c,d}.png").succeeded();
    assertEquals(List.of("Fotos ä/deep/c.png"), files());
    predict(model, folder + "/**/*.png").succeeded();
    assertEquals(List.of("Fotos ä/a.png", "Fotos ä/deep/c.png"), files());
  }

  @Test
  void imagesWithTheSameNameGetDifferentResults() throws IOException {
    TinyModel.picture(photos.resolve("deep/a.png"), 30, 30);
    TinyModel.picture(photos.resolve("a.jpg"), 50, 30);
    predict(detector(), photos.resolve("a.png"), photos.resolve("deep/a.png"), photos + "/a.jpg")
        .succeeded();
    List<String> pictures = results().findValuesAsText("picture");
    assertEquals(List.of("a.jpg", "a-2.jpg", "a-3.jpg"), pictures);
    assertEquals(new Size(30, 30), ImageReader.read(out.resolve("a-2.jpg")).size());
    assertEquals(new Size(50, 30), ImageReader.read(out.resolve("a-3.jpg")).size());
  }

  @Test
  void invalidInputsAreUsageErrors() throws IOException {
    TinyModel model = detector();
    Path empty = Files.createDirectories(folder.resolve("empty"));
    predict(model, empty).failed(Main.USAGE, "no images or videos in the directory " + empty);
    predict(model, photos + "/*.tif").failed(Main.USAGE, "*.tif", "matches no file");
    predict(model, photos + "/no/*.png").failed(Main.USAGE, "matches no file");
    predict(model, photos + "/[a.png").failed(Main.USAGE, "[a.png", "pattern");
    predict(model, photos.resolve("z.png")).failed(Main.USAGE, "no such file", "z.png");
    predict(model).failed(Main.USAGE, "INPUT");
    predict(model, photos, "--score-threshold", 7).failed(Main.USAGE, "7.0: expected 0 to 1");
  }

  @Test
  void aResultNeverReplacesAnInput() throws IOException {
    out = photos;
    predict(detector(), photos)
        .failed(Main.USAGE, "would replace the image itself", "another --out");
    assertEquals(new Size(40, 60), ImageReader.read(photos.resolve("b.jpg")).size());
  }

  @Test
  void unreadableImagesAreReportedAfterTheOthersAreDone() throws IOException {
    Files.write(photos.resolve("a.png"), new byte[] {1, 2, 3});
    predict(detector(), photos, photos.resolve("notes.txt"))
        .failed(Main.FAILED, "2 of 4 images could not be used", "a.png", "notes.txt");
    assertEquals(List.of("Fotos ä/b.jpg", "Fotos ä/deep/c.png"), files());
  }

  @Test
  void theStandardInputAndListsAreInputs() throws IOException {
    Path list = Files.writeString(folder.resolve("list.txt"), photos + "/a.png\n");
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream(Files.readAllBytes(photos.resolve("b.jpg"))));
      CommandLineRun run =
          predict(detector(), "-", "@" + list, list)
              .failed(Main.FAILED, "1 of 3 images could not be used", list + " is not an image")
              .failed(Main.FAILED, "; if it is a list of inputs, specify it as @" + list);
      assertTrue(run.out().contains("\nstdin  "), run.out());
    } finally {
      System.setIn(before);
    }
    assertEquals(List.of("-", photos + "/a.png"), results().findValuesAsText("file"));
    assertTrue(Files.exists(out.resolve("stdin.jpg")));
  }

  @Test
  void invalidLimitsAreRejected() throws IOException {
    TinyModel model = detector();
    for (String option : List.of("--every", "--max-download", "--download-timeout")) {
      predict(model, photos, option, 0).failed(Main.USAGE, option + " 0: expected 1 or more");
    }
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws IOException {
    TinyModel model = detector();
    Files.createDirectories(out.resolve("a.jpg"));
    predict(model, photos).failed(Main.FAILED, "cannot write " + out.resolve("a.jpg"));
    out = model.config();
    predict(model, photos).failed(Main.FAILED, out + " already exists but is not a directory");
  }
}
