package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageReader;
import dev.dovetail.images.ImageWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class PictureOptionsTest {

  private static final String[] CLASSES = {"a/b", "Жук"};

  @TempDir private Path folder;
  private Path photo;
  private Path out;

  @BeforeEach
  void write() throws IOException {
    photo = folder.resolve("photo.png");
    out = folder.resolve("out");
    TinyModel.picture(photo, 240, 320);
  }

  private CommandLineRun predict(TinyModel model, Object... options) {
    List<Object> args = model.arguments("predict", photo);
    args.addAll(List.of("--out", out));
    args.addAll(List.of(options));
    return CommandLineRun.of(args.toArray());
  }

  private TinyModel detector() throws IOException {
    return TinyModel.detector(folder, CLASSES);
  }

  private Image drawn(TinyModel model, Object... options) throws IOException {
    predict(model, options).succeeded();
    return ImageReader.read(out.resolve("photo.jpg"));
  }

  @Test
  void everyOptionChangesTheDrawing() throws IOException {
    TinyModel model = detector();
    Image standard = drawn(model);
    assertEquals(standard, drawn(model), "pictures do not change between runs");
    Path colours = Files.writeString(folder.resolve("colours.txt"), "#000000\n#ffffff\n");
    for (Object[] options :
        new Object[][] {
          {"--line-width", 9},
          {"--alpha", 1},
          {"--palette", "instance"},
          {"--palette", colours},
          {"--hide-labels"},
          {"--hide-boxes"},
          {"--hide-masks"}
        }) {
      assertNotEquals(standard, drawn(model, options), List.of(options).toString());
    }
    assertEquals(standard, drawn(model, "--palette", "class", "--alpha", 0.5));
  }

  @Test
  void withEverythingHiddenTheImageIsUnchanged() throws IOException {
    Object[] nothing = {"--hide-labels", "--hide-boxes", "--hide-masks"};
    Path plain = folder.resolve("plain.jpg");
    ImageWriter.write(plain, ImageReader.read(photo));
    for (TinyModel model :
        List.of(
            detector(),
            TinyModel.segmenter(Files.createDirectories(folder.resolve("s")), CLASSES),
            TinyModel.panoptic(Files.createDirectories(folder.resolve("p")), CLASSES))) {
      assertEquals(ImageReader.read(plain), drawn(model, nothing));
    }
  }

  @Test
  void labelMapsAndSegmentsHaveALegendUnlessLabelsAreHidden() throws IOException {
    for (TinyModel model :
        List.of(
            TinyModel.segmenter(Files.createDirectories(folder.resolve("s")), CLASSES),
            TinyModel.panoptic(Files.createDirectories(folder.resolve("p")), CLASSES))) {
      Image picture = drawn(model, "--score-threshold", 0);
      assertEquals(240, picture.size().height());
      assertTrue(picture.size().width() > 320, "no legend");
      assertEquals(new Size(240, 320), drawn(model, "--hide-labels").size());
    }
  }

  @Test
  void cropsAreWrittenToFoldersByClass() throws IOException {
    predict(detector(), "--save-crops", "--score-threshold", 0.2).succeeded();
    JsonNode entry = new ObjectMapper().readTree(out.resolve("results.json").toFile()).get(0);
    assertTrue(entry.get("crops").size() > 0);
    assertEquals(entry.get("objects").size(), entry.get("crops").size());
    for (int i = 0; i < entry.get("crops").size(); i++) {
      String file = entry.get("crops").get(i).asText();
      JsonNode object = entry.get("objects").get(i);
      String name = object.get("label").asInt() == 0 ? "a_b" : "Жук";
      assertEquals("crops/" + name + "/photo-" + (i + 1) + ".jpg", file);
      Size size = ImageReader.read(out.resolve(file)).size();
      double width = object.get("bbox").get(2).asDouble();
      assertTrue(size.width() >= width - 0.01 && size.width() < width + 2, size + " " + width);
    }
  }

  @Test
  void aModelWithoutBoxesCannotWriteCrops() throws IOException {
    for (TinyModel model :
        List.of(
            TinyModel.segmenter(Files.createDirectories(folder.resolve("s")), CLASSES),
            TinyModel.classifier(Files.createDirectories(folder.resolve("c")), CLASSES))) {
      predict(model, "--save-crops").failed(Main.USAGE, "--save-crops", "does not predict boxes");
    }
  }

  @Test
  void anInputIsNeverReplacedByACrop() throws IOException {
    out = folder;
    photo = folder.resolve("crops/cat/photo-1.jpg");
    TinyModel.picture(photo, 40, 60);
    predict(detector(), "--save-crops").failed(Main.USAGE, "--save-crops writes", "another --out");
  }

  @Test
  void invalidValuesAreRejected() throws IOException {
    TinyModel model = detector();
    predict(model, "--line-width", 0).failed(Main.USAGE, "--line-width 0: expected 1 to 1000");
    predict(model, "--line-width", "thick").failed(Main.USAGE, "--line-width", "thick");
    predict(model, "--alpha", 1.5).failed(Main.USAGE, "--alpha 1.5: expected 0 to 1");
    predict(model, "--alpha", "NaN").failed(Main.USAGE, "--alpha NaN: expected 0 to 1");
    predict(model, "--palette", "rainbow")
        .failed(Main.USAGE, "--palette rainbow: expected class, instance or a file");
    Path wrong = Files.writeString(folder.resolve("wrong.txt"), "red\n");
    predict(model, "--palette", wrong).failed(Main.FAILED, "wrong.txt, line 1: 'red' is not");
  }
}
