package dev.dovetail.internal;

import dev.dovetail.graph.int8.Calibration;
import dev.dovetail.graph.int8.CalibrationMethod;
import dev.dovetail.images.ImageSource;
import dev.dovetail.tasks.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The source of the calibration of an int8 model.
 *
 * @param images the images to calibrate on; empty if a file is specified
 * @param method how ranges are derived from the images
 * @param progress receives the runs of the calibration
 * @param file a saved calibration
 * @param save the file to which the calibration is written
 */
public record Int8(
    List<ImageSource> images,
    CalibrationMethod method,
    Progress progress,
    Optional<Path> file,
    Optional<Path> save) {

  private static final int MOST_NAMES = 8;

  /** Returns an instance without images and file. */
  public static Int8 none() {
    return new Int8(
        List.of(), CalibrationMethod.MINMAX, Progress.SILENT, Optional.empty(), Optional.empty());
  }

  /** Returns a copy that calibrates on images. */
  public Int8 withImages(List<? extends ImageSource> other) {
    return new Int8(List.copyOf(other), method, progress, Optional.empty(), save);
  }

  /** Returns a copy with a method. */
  public Int8 withMethod(CalibrationMethod other) {
    return new Int8(images, other, progress, file, save);
  }

  /** Returns a copy with a listener. */
  public Int8 withProgress(Progress other) {
    return new Int8(images, method, other, file, save);
  }

  /** Returns a copy that reads a saved calibration. */
  public Int8 withFile(Path other) {
    return new Int8(List.of(), method, progress, Optional.of(other), save);
  }

  /** Returns a copy that saves the calibration. */
  public Int8 withSave(Path other) {
    return new Int8(images, method, progress, file, Optional.of(other));
  }

  /** Returns whether neither images nor a file are specified. */
  public boolean isEmpty() {
    return images.isEmpty() && file.isEmpty();
  }

  /**
   * Reads or computes the calibration.
   *
   * @param calibrator the calibrator of the model
   * @param config the hash of the config
   * @param weights the weights of the model
   * @param notes receives a summary of the error
   * @throws IOException if a file or an image cannot be used, or a run fails
   */
  public Calibration calibration(
      Calibrator calibrator, String config, Weights weights, Consumer<String> notes)
      throws IOException {
    Calibrator.Result result =
        file.isPresent()
            ? CalibrationFile.read(file.get(), config, weights.sha256())
            : calibrator.calibrate(images, method, progress);
    if (save.isPresent()) {
      CalibrationFile.write(save.get(), result, config, weights.sha256());
    }
    notes.accept(text(result));
    return result.calibration();
  }

  private static String text(Calibrator.Result result) {
    Calibration c = result.calibration();
    List<String> kept =
        c.layers().entrySet().stream()
            .filter(e -> !e.getValue().quantized())
            .map(e -> e.getKey())
            .toList();
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "int8: %d of %d layers in 8-bit integers, calibrated on %d %s (%s)",
                c.quantized(),
                c.layers().size(),
                c.images(),
                c.images() == 1 ? "image" : "images",
                result.method()));
    result
        .error()
        .ifPresent(
            e ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "; the network's outputs differ from float32 by %.1f %% (root mean square)",
                        100 * e)));
    if (!kept.isEmpty()) {
      text.append("; kept in float32, because integers would be too inaccurate: ")
          .append(String.join(", ", kept.subList(0, Math.min(MOST_NAMES, kept.size()))));
      if (kept.size() > MOST_NAMES) {
        text.append(" and ").append(kept.size() - MOST_NAMES).append(" more");
      }
    }
    return text.toString();
  }
}
