package dev.dovetail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.graph.onnx.OnnxFile;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exported files that are opened as models. */
@Tag("slow")
class ExportedModelTest {

  private static final String[] CLASSES = {"sky", "cat", "dog"};

  @TempDir private Path folder;

  /** Verifies that the file and the model have equal results, for single images and for a list. */
  private static void assertSame(ModelBuilder builder, ExportOptions options, List<Image> images)
      throws IOException {
    List<ImageSource> sources = images.stream().map(ImageSource::of).toList();
    try (DovetailModel model = builder.open()) {
      assertEquals(Set.of(options.file()), model.export(options).files().keySet());
      try (DovetailModel file = Dovetail.load(options.file())) {
        assertEquals(model.task(), file.task());
        assertEquals(model.classes(), file.classes());
        assertEquals(model.columns(), file.columns());
        List<String> expected = new ArrayList<>();
        for (ImageSource source : sources) {
          expected.add(model.predict(source).toJson());
          assertEquals(
              expected.get(expected.size() - 1),
              file.predict(source).toJson(),
              model.task() + " of " + source.size());
        }
        for (int batch : new int[] {1, 3}) {
          assertEquals(
              expected, file.predict(sources, batch).stream().map(Prediction::toJson).toList());
        }
      }
    }
  }

  private static List<Image> images(int... sides) {
    List<Image> images = new ArrayList<>();
    for (int i = 0; i < sides.length; i += 2) {
      images.add(TinyModel.image(i, sides[i], sides[i + 1]));
    }
    return images;
  }

  private ExportOptions to(String name, int height, int width) {
    return ExportOptions.of(folder.resolve(name), new Size(height, width));
  }

  @Test
  void anExportedDetectorEqualsTheModelForPaddedImages() throws IOException {
    TinyModel tiny = TinyModel.detector(folder, CLASSES);
    List<Image> landscape = images(40, 60, 40, 57, 41, 60);
    List<Image> portrait = images(60, 40, 60, 33);
    assertSame(tiny.builder(), to("landscape.onnx", 64, 96), landscape);
    assertSame(tiny.builder(), to("portrait.onnx", 96, 64), portrait.subList(0, 1));
    ModelBuilder square =
        tiny.builder().set("preprocess.scale=[64,64]").set("preprocess.divisor=64");
    List<Image> both = new ArrayList<>(landscape);
    both.addAll(portrait);
    assertSame(square, to("square.onnx", 64, 64), both);
    assertSame(square, to("two.onnx", 64, 64).withBatch(2), both);
  }

  @Test
  void anExportedCascadeEqualsTheModel() throws IOException {
    for (boolean masks : new boolean[] {true, false}) {
      TinyModel tiny = TinyModel.cascade(folder, masks, CLASSES);
      assertSame(tiny.builder(), to(masks + ".onnx", 64, 96), images(40, 60, 40, 57));
    }
  }

  @Test
  void anExportedFilePadsWithTheSizeAndColorOfItsConfig() throws IOException {
    TinyModel tiny = TinyModel.segmenter(folder, CLASSES);
    List<Image> images = images(40, 60, 60, 40, 7, 90);
    for (String fill : List.of("zero", "black")) {
      ModelBuilder square =
          tiny.builder()
              .set("preprocess.fit=short_edge_bounded")
              .set("preprocess.scale=[96,64]")
              .set("preprocess.filter=float_bilinear")
              .set("preprocess.divisor=1")
              .set("preprocess.padTo=[96,96]")
              .set("preprocess.padWith=" + fill);
      assertSame(square, to(fill + ".onnx", 96, 96), images);
    }
    ModelBuilder up =
        tiny.builder()
            .set("preprocess.fit=short_edge_bounded")
            .set("preprocess.scale=[90,60]")
            .set("preprocess.multiples=up");
    assertSame(up, to("up.onnx", 64, 96), images(40, 60));
  }

  /**
   * The published scale is not a multiple of 32: the model's own long edge applies, not the file's.
   */
  @Test
  void theScaleOfTheConfigAppliesInsteadOfTheSizeOfTheFile() throws IOException {
    ModelBuilder builder =
        TinyModel.detector(folder, CLASSES).builder().set("preprocess.scale=[133,80]");
    assertSame(builder, to("m.onnx", 96, 160), images(40, 80));
  }

  @Test
  void anExportedSegmenterEqualsTheModelForImagesOfItsSize() throws IOException {
    TinyModel tiny = TinyModel.segmenter(folder, CLASSES);
    // The last image is resized a second time, from 64x84 to 64x96.
    List<Image> images = images(40, 60, 64, 96, 61, 80);
    assertSame(tiny.builder(), to("m.onnx", 64, 96), images);
    assertSame(tiny.builder(), to("two.onnx", 64, 96).withBatch(2), images);
    assertSame(tiny.builder().set("preprocess.fit=pad"), to("pad.onnx", 64, 96), images);
  }

  @Test
  void anExportedPanopticSegmenterEqualsTheModel() throws IOException {
    TinyModel tiny = TinyModel.panoptic(folder, CLASSES);
    List<Image> images = images(40, 60, 61, 80);
    assertSame(tiny.builder(), to("m.onnx", 64, 96), images);
    assertSame(
        tiny.builder().set("preprocess.fit=pad"), to("pad.onnx", 64, 96).withBatch(2), images);
  }

  @Test
  void anExportedClassifierEqualsTheModel() throws IOException {
    TinyModel tiny = TinyModel.classifier(folder, CLASSES);
    assertSame(tiny.builder(), to("m.onnx", 64, 64), images(80, 100, 100, 80));
    assertSame(tiny.builder(), to("two.onnx", 64, 64).withBatch(2), images(80, 100, 100, 80));
  }

  @Test
  void otherImageSizesAreSupported() throws IOException {
    for (TinyModel tiny :
        List.of(TinyModel.detector(folder, CLASSES), TinyModel.segmenter(folder, CLASSES))) {
      Path file = folder.resolve("m.onnx");
      try (DovetailModel model = tiny.open()) {
        model.export(to("m.onnx", 64, 128));
      }
      try (DovetailModel model = Dovetail.load(file)) {
        for (Image image : images(120, 30, 300, 400, 7, 90)) {
          Prediction found = model.predict(ImageSource.of(image));
          assertEquals(image.size(), found.imageSize());
          if (model.task().equals("semantic")) {
            assertEquals(image.size(), found.labelMap().size());
          }
        }
      }
    }
  }

  private void assertOpens(TinyModel tiny, ExportOptions options) throws IOException {
    try (DovetailModel model = tiny.open()) {
      assertEquals(options.external() ? 2 : 1, model.export(options).files().size());
    }
    try (DovetailModel file = Dovetail.load(options.file())) {
      Image image = TinyModel.image(1, 40, 60);
      assertEquals(image.size(), file.predict(ImageSource.of(image)).imageSize());
    }
  }

  @Test
  void portableAndHalfPrecisionFilesCanBeOpened() throws IOException {
    TinyModel detector = TinyModel.detector(folder, CLASSES);
    assertOpens(detector, to("d.onnx", 64, 96).withPortable(true));
    assertOpens(detector, to("x.onnx", 64, 96).withExternal(true));
    TinyModel panoptic = TinyModel.panoptic(folder, CLASSES);
    assertOpens(panoptic, to("p.onnx", 64, 96).withPortable(true));
    assertOpens(panoptic, to("h.onnx", 64, 96).withPortable(true).withPrecision(Precision.FP16));
  }

  @Test
  void aRawFileIsRejectedWithARemedy() throws IOException {
    Path raw = folder.resolve("raw.onnx");
    try (DovetailModel model = TinyModel.detector(folder, CLASSES).open()) {
      model.export(to("raw.onnx", 64, 64).withRaw(true));
    }
    String message = assertThrows(IOException.class, () -> Dovetail.load(raw)).getMessage();
    assertEquals(
        raw + " was exported with --raw: it takes normalized pixels; export the whole model",
        message);
  }

  @Test
  void aFileOfAnotherProgramIsRejected() throws IOException {
    Trace trace = new Trace();
    var x = trace.input("image", DType.FLOAT32, 1, 3);
    Path foreign = folder.resolve("foreign.onnx");
    OnnxFile.write(
        foreign,
        trace.graph(Map.of("y", x.times(2))),
        Dialect.PORTABLE,
        Precision.FP32,
        ParameterStore.none(),
        Map.of("task", "detection"),
        false);
    String message = assertThrows(IOException.class, () -> Dovetail.load(foreign)).getMessage();
    assertEquals(foreign + " was not exported by Dovetail: its metadata has no 'config'", message);
    Path text = Files.writeString(folder.resolve("text.onnx"), "no model");
    message = assertThrows(IOException.class, () -> Dovetail.load(text)).getMessage();
    assertTrue(message.startsWith(text + " cannot be loaded"), message);
    Path empty = Files.createFile(folder.resolve("empty.onnx"));
    assertThrows(IOException.class, () -> Dovetail.load(empty));
    assertThrows(
        IllegalArgumentException.class, () -> Dovetail.load(folder.resolve("missing.onnx")));
  }

  @Test
  void fixedSettingsOfAFileCannotBeOverridden() throws IOException {
    Path file = folder.resolve("m.onnx");
    Path half = folder.resolve("half.onnx");
    TinyModel tiny = TinyModel.detector(folder, CLASSES);
    CocoSet set = CocoSet.write(folder, 1, CLASSES);
    try (DovetailModel model = tiny.open()) {
      model.export(to("m.onnx", 64, 96));
      model.export(to("half.onnx", 64, 96).withPrecision(Precision.FP16));
    }
    ModelBuilder[] wrong = {
      Dovetail.model(file.toString()).weights(tiny.weights()),
      Dovetail.model(file.toString()).allowMissing(),
      Dovetail.model(file.toString()).set("preprocess.scale=[64,64]"),
      Dovetail.model(file.toString()).precision(Precision.FP16)
    };
    String[] messages = {
      " is an exported file, which has its own weights; remove the checkpoint",
      " is an exported file, which has its own weights; remove the checkpoint",
      " is an exported file, whose config is fixed: 'preprocess.scale=[64,64]' requires a new export",
      " computes in fp32; export it in fp16"
    };
    for (int i = 0; i < wrong.length; i++) {
      assertEquals(
          file + messages[i],
          assertThrows(IllegalArgumentException.class, wrong[i]::open).getMessage());
    }
    try (DovetailModel model = Dovetail.load(half)) {
      String report = model.evaluate(set.options()).json();
      assertTrue(report.contains("\"precision\":\"fp16\""), report);
    }
    Dovetail.model(half.toString()).precision(Precision.FP16).open().close();
  }

  @Test
  void anExportedFileCannotBeExported() throws IOException {
    Path file = folder.resolve("m.onnx");
    try (DovetailModel model = TinyModel.classifier(folder, CLASSES).open()) {
      model.export(to("m.onnx", 64, 64));
      assertFalse(model.classes().isEmpty());
    }
    try (DovetailModel model = Dovetail.load(file)) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> model.export(to("again.onnx", 64, 64)))
              .getMessage();
      assertEquals("the model is an exported file; open it from its config to export it", message);
    }
    assertFalse(Files.exists(folder.resolve("again.onnx")));
  }

  @Test
  void anExportedFileHasTheMetricsOfTheModel() throws IOException {
    CocoSet set = CocoSet.write(folder, 3, CLASSES);
    EvaluationReport expected;
    Path file = folder.resolve("m.onnx");
    ModelBuilder builder =
        TinyModel.detector(folder, CLASSES)
            .builder()
            .set("preprocess.scale=[64,64]")
            .set("preprocess.divisor=64");
    try (DovetailModel model = builder.open()) {
      expected = model.evaluate(set.options());
      model.export(to("m.onnx", 64, 64).withBatch(2));
    }
    try (DovetailModel model = Dovetail.load(file)) {
      Path out = folder.resolve("out");
      EvaluationReport report = model.evaluate(set.options().toBuilder().out(out).build());
      assertEquals(expected.metrics().values(), report.metrics().values());
      assertTrue(Files.exists(out.resolve("bbox.json")));
    }
  }
}
