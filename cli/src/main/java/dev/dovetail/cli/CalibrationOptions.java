package dev.dovetail.cli;

import dev.dovetail.DovetailModel;
import dev.dovetail.ModelBuilder;
import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.cli.console.NamedValues;
import dev.dovetail.cli.console.OutputOption;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.inputs.InputFiles;
import dev.dovetail.graph.int8.CalibrationMethod;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.images.ImageSource;
import dev.dovetail.internal.Int8;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options for the calibration of an int8 model. */
final class CalibrationOptions {

  @Option(
      names = "--calibrate",
      paramLabel = "INPUT",
      arity = "1",
      description =
          "for int8: representative images (an image, directory or pattern; repeatable; at most"
              + " 32 are used), or a saved calibration (.json)")
  private List<String> inputs = List.of();

  @Option(
      names = "--calibration-method",
      paramLabel = "M",
      converter = Methods.class,
      completionCandidates = Methods.class,
      description =
          "for int8: how value ranges are derived from the images: ${COMPLETION-CANDIDATES}"
              + " (default: minmax)")
  private CalibrationMethod.Kind method;

  @Option(
      names = "--calibration-percentile",
      paramLabel = "P",
      description =
          "for --calibration-method percentile: the percentage of values within the range"
              + " (default: 99.999)")
  private Double percentile;

  @Option(
      names = "--save-calibration",
      paramLabel = "C.json",
      description = "for int8: save the calibration to a file that --calibrate accepts")
  private Path save;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** The names of methods. */
  static final class Methods extends NamedValues<CalibrationMethod.Kind> {
    Methods() {
      super(
          "calibration method",
          () -> Arrays.asList(CalibrationMethod.Kind.values()),
          CalibrationMethod.Kind::label);
    }
  }

  /** Configures the calibration of a model. */
  ModelBuilder in(ModelBuilder builder, ModelOptions model, Precision precision)
      throws IOException {
    Optional<Int8> specified = given(precision, model.isExported());
    if (specified.isPresent()) {
      Int8 int8 = specified.get();
      int8.save().ifPresent(builder::saveCalibration);
      int8.file().ifPresentOrElse(builder::calibration, () -> builder.calibrate(int8.images()));
      builder.calibrationMethod(int8.method());
    }
    return builder;
  }

  /** Opens the model, and shows the progress of its calibration if there is one. */
  DovetailModel open(ModelOptions.Weights weights, ModelBuilder builder) throws IOException {
    try (ConsoleProgress progress =
        ConsoleProgress.of(spec.commandLine().getErr(), "calibration runs")) {
      return weights.open(builder.calibrationProgress(progress));
    }
  }

  /**
   * Returns the specified calibration; empty if none is needed.
   *
   * @param exported whether there are only exported files, which need none
   */
  Optional<Int8> given(Precision precision, boolean exported) throws IOException {
    if (precision != Precision.INT8 || exported) {
      first()
          .ifPresent(
              option -> {
                throw new UsageException(
                    option
                        + (exported
                            ? ": an exported file is already calibrated"
                            : " needs --precision int8"));
              });
      return Optional.empty();
    }
    if (inputs.isEmpty()) {
      throw new UsageException(
          "--precision int8 needs --calibrate with images similar to those that the model"
              + " will process (or a calibration written by --save-calibration)");
    }
    boolean saved = inputs.stream().anyMatch(i -> i.toLowerCase(Locale.ROOT).endsWith(".json"));
    if (saved && inputs.size() > 1) {
      throw new UsageException("--calibrate: specify either images or one saved calibration");
    }
    if (saved && (method != null || percentile != null)) {
      throw new UsageException(
          (method != null ? "--calibration-method" : "--calibration-percentile")
              + ": "
              + inputs.get(0)
              + " is a saved calibration; to use another method, calibrate with images");
    }
    Int8 int8 = Int8.none().withMethod(method());
    if (save != null) {
      OutputOption.check(spec, "--save-calibration", save);
      int8 = int8.withSave(save);
    }
    return Optional.of(
        saved
            ? int8.withFile(Path.of(inputs.get(0)))
            : int8.withImages(InputFiles.images(inputs).stream().map(ImageSource::of).toList()));
  }

  /** Returns the name of the first of these options that is specified. */
  private Optional<String> first() {
    if (!inputs.isEmpty()) {
      return Optional.of("--calibrate");
    }
    if (method != null) {
      return Optional.of("--calibration-method");
    }
    if (percentile != null) {
      return Optional.of("--calibration-percentile");
    }
    return save == null ? Optional.empty() : Optional.of("--save-calibration");
  }

  private CalibrationMethod method() {
    CalibrationMethod.Kind kind = method == null ? CalibrationMethod.Kind.MINMAX : method;
    if (percentile != null && kind != CalibrationMethod.Kind.PERCENTILE) {
      throw new UsageException("--calibration-percentile needs --calibration-method percentile");
    }
    try {
      return CalibrationMethod.of(kind, Optional.ofNullable(percentile));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--calibration-percentile: " + e.getMessage());
    }
  }
}
