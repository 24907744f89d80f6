package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --precision int8} and {@code --precision fp16} in commands that process images. */
@Tag("slow")
class Int8Test {

  @TempDir Path folder;
  private TinyModel model;
  private Path images;

  @BeforeEach
  void makeModel() throws IOException {
    model = TinyModel.classifier(Files.createDirectory(folder.resolve("model")), "sky", "road");
    images = Files.createDirectory(folder.resolve("images"));
    for (int i = 0; i < 3; i++) {
      TinyModel.picture(images.resolve("image" + i + ".png"), 64, 96);
    }
  }

  private CommandLineRun predict(Path of, String out, Object... more) {
    List<Object> args = new ArrayList<>(List.of("predict", of, images));
    args.addAll(List.of("--out", folder.resolve(out)));
    if (of.equals(model.config())) {
      args.addAll(List.of("--weights", model.weights()));
    }
    args.addAll(Arrays.asList(more));
    return CommandLineRun.of(args.toArray());
  }

  /** Predicts to the directory "first" and saves the calibration. */
  private CommandLineRun calibrate(Path saved) throws IOException {
    return predict(
            model.config(),
            "first",
            "--precision",
            "int8",
            "--calibrate",
            images,
            "--save-calibration",
            saved)
        .succeeded();
  }

  private String results(String out) throws IOException {
    return Files.readString(folder.resolve(out).resolve("results.json"));
  }

  @Test
  void aSavedCalibrationAndAnExportedFileHaveTheSameResults() throws IOException {
    Path saved = folder.resolve("c.json");
    CommandLineRun first = calibrate(saved);
    assertTrue(first.err().contains("layers in 8-bit integers, calibrated on 3 images"));
    assertTrue(first.err().contains("outputs differ from float32 by"), first.err());
    CommandLineRun second =
        predict(model.config(), "second", "--precision", "int8", "--calibrate", saved).succeeded();
    assertEquals(results("first"), results("second"));
    assertTrue(second.err().contains("calibrated on 3 images"), second.err());

    Path file = folder.resolve("m.onnx");
    CommandLineRun.of(
            "export",
            model.config(),
            "--weights",
            model.weights(),
            "--size",
            "64x64",
            "--out",
            file,
            "--precision",
            "int8",
            "--calibrate",
            saved)
        .succeeded();
    predict(file, "exported").succeeded();
    assertEquals(results("first"), results("exported"));
    predict(file, "again", "--precision", "int8").succeeded();
    predict(file, "no", "--precision", "fp16").failed(1, "computes in int8; export it in fp16");
    predict(file, "no", "--precision", "int8", "--calibrate", images)
        .failed(2, "an exported file is already calibrated");
  }

  @ParameterizedTest
  @CsvSource({
    "minmax,, minmax",
    "percentile,, percentile 99.999",
    "Percentile, 90, percentile 90.0",
    "entropy,, entropy"
  })
  void theMethodIsSavedAndShown(String method, Double percentile, String shown) throws IOException {
    Path saved = folder.resolve("c.json");
    List<Object> args =
        new ArrayList<>(
            List.of("--precision", "int8", "--calibrate", images, "--save-calibration", saved));
    args.addAll(List.of("--calibration-method", method));
    if (percentile != null) {
      args.addAll(List.of("--calibration-percentile", percentile));
    }
    String first = predict(model.config(), "first", args.toArray()).succeeded().err();
    assertTrue(first.contains("calibrated on 3 images (" + shown + ")"), first);
    String second =
        predict(model.config(), "second", "--precision", "int8", "--calibrate", saved)
            .succeeded()
            .err();
    assertTrue(second.contains("calibrated on 3 images (" + shown + ")"), second);
    assertEquals(results("first"), results("second"));
  }

  @Test
  void aCalibrationOfAnEarlierVersionWithoutAMethodIsMinmax() throws IOException {
    Path saved = folder.resolve("c.json");
    calibrate(saved);
    String text = Files.readString(saved);
    String earlier = text.replaceFirst("\"method\" : \"minmax\",", "");
    assertNotEquals(text, earlier);
    Files.writeString(saved, earlier);
    String err =
        predict(model.config(), "second", "--precision", "int8", "--calibrate", saved)
            .succeeded()
            .err();
    assertTrue(err.contains("calibrated on 3 images (minmax)"), err);
    assertEquals(results("first"), results("second"));
    assertFails(
        saved,
        text.replaceFirst("\"minmax\"", "\"mse\""),
        "\"method\" is 'mse', expected one of minmax, percentile, entropy");
    assertFails(
        saved,
        text.replaceFirst("\"minmax\"", "\"percentile\", \"percentile\" : 101"),
        "not above 0 and at most 100");
  }

  @Test
  void theOptionsOfAMethodAreChecked() throws IOException {
    List<Object> int8 = List.of("--precision", "int8", "--calibrate");
    predict(model.config(), "out", with(int8, images, "--calibration-method", "mse"))
        .failed(2, "'mse' is not a supported calibration method", "minmax, percentile, entropy");
    predict(model.config(), "out", with(int8, images, "--calibration-percentile", 99))
        .failed(2, "--calibration-percentile needs --calibration-method percentile");
    predict(
            model.config(),
            "out",
            with(
                int8,
                images,
                "--calibration-method",
                "percentile",
                "--calibration-percentile",
                101))
        .failed(2, "--calibration-percentile", "not above 0 and at most 100");
    predict(model.config(), "out", "--calibration-method", "entropy")
        .failed(2, "--calibration-method needs --precision int8");
    predict(
            model.config(),
            "out",
            with(int8, folder.resolve("c.json"), "--calibration-method", "entropy"))
        .failed(2, "--calibration-method", "is a saved calibration");
  }

  private static Object[] with(List<Object> first, Object... more) {
    List<Object> all = new ArrayList<>(first);
    all.addAll(Arrays.asList(more));
    return all.toArray();
  }

  @Test
  void portableFilesAreAlsoQuantized() throws IOException {
    Path file = folder.resolve("m.onnx");
    CommandLineRun.of(
            "export",
            model.config(),
            "--weights",
            model.weights(),
            "--size",
            "64x64",
            "--portable",
            "--out",
            file,
            "--precision",
            "int8",
            "--calibrate",
            images)
        .succeeded();
    predict(file, "exported").succeeded();
  }

  @Test
  void missingAndUnsupportedOptionsAreReported() throws IOException {
    predict(model.config(), "out", "--precision", "int8")
        .failed(2, "--precision int8 needs --calibrate with images");
    predict(model.config(), "out", "--calibrate", images)
        .failed(2, "--calibrate needs --precision int8");
    predict(model.config(), "out", "--save-calibration", folder.resolve("c.json"))
        .failed(2, "--save-calibration needs --precision int8");
    predict(model.config(), "out", "--precision", "int8", "--calibrate", images, "--device", "cuda")
        .failed(2, "int8 runs on the CPU only");
    predict(model.config(), "out", "--precision", "int8", "--calibrate", folder.resolve("nothing"))
        .failed(2, "no such file");
    predict(
            model.config(),
            "out",
            "--precision",
            "int8",
            "--calibrate",
            folder.resolve("c.json"),
            "--calibrate",
            images)
        .failed(2, "specify either images or one saved calibration");
  }

  @Test
  void calibrationsOfOtherModelsAndDamagedOnesAreRejected() throws IOException {
    Path saved = folder.resolve("c.json");
    calibrate(saved);
    String text = Files.readString(saved);
    assertFails(saved, text.replaceFirst("\"checkpoint_sha256\" : \"..", "$0x"), "checkpoint");
    assertFails(saved, text.replaceFirst("\"config_sha256\" : \"..", "$0x"), "another config");
    assertFails(saved, text.replaceFirst("\"operand\" : \\[", "$0 \"a\","), "expected \"operand\"");
    assertFails(saved, "{}", "is not a calibration: it has no \"layers\"");
    assertFails(saved, "{", "is not a calibration");
    Files.delete(saved);
    predict(model.config(), "out", "--precision", "int8", "--calibrate", saved)
        .failed(1, saved.toString());
  }

  private void assertFails(Path saved, String text, String part) throws IOException {
    Files.writeString(saved, text);
    predict(model.config(), "out", "--precision", "int8", "--calibrate", saved)
        .failed(1, saved.toString(), part);
  }

  @Test
  void halfPrecisionOnTheCpuIsAWarning() {
    String err = predict(model.config(), "half", "--precision", "fp16").succeeded().err();
    assertEquals(2, err.split("fp16 on the CPU is only meant for checks", -1).length, err);
    assertTrue(err.contains("about 11 times as long as fp32"), err);
  }
}
