package dev.dovetail.cli;

import dev.dovetail.DovetailModel;
import dev.dovetail.ExportOptions;
import dev.dovetail.ExportReport;
import dev.dovetail.ModelBuilder;
import dev.dovetail.SizeException;
import dev.dovetail.cli.console.JsonOption;
import dev.dovetail.cli.console.OutputOption;
import dev.dovetail.cli.console.SizeConverter;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.onnx.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Exports a model to an ONNX file and verifies the file. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Exports a model to ONNX: the whole graph (8-bit pixels to results) or, with --raw, the"
          + " bare network (normalized pixels as input). The file is then compared with the"
          + " model on a random image and discarded if the results differ.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  dovetail export reference/camvid-upernet --weights checkpoint.pth \\",
      "    --size 352x480 --portable --out camvid.onnx"
    })
final class ExportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;
  @Mixin private ModelOptions.Weights weights;

  @Option(
      names = "--size",
      required = true,
      paramLabel = "HxW",
      converter = SizeConverter.class,
      description = "input height and width of the exported model")
  private Size size;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "M.onnx",
      description =
          "the file to write; weights of 1.5 GB or more are written next to it, to M.onnx.data")
  private Path out;

  @Option(
      names = "--raw",
      description = "export the bare network, without normalization and label map")
  private boolean raw;

  @Option(
      names = "--portable",
      description =
          "use only standard operators, for any runtime (default: also ONNX Runtime's"
              + " own operators)")
  private boolean portable;

  @Option(
      names = "--precision",
      paramLabel = "P",
      defaultValue = "fp32",
      description = "fp32, fp16, or int8 (with --calibrate) (default: ${DEFAULT-VALUE})")
  private Precision precision;

  @Mixin private CalibrationOptions calibrating;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      description = "images per batch (default: ${DEFAULT-VALUE})")
  private int batch;

  @Option(names = "--external", description = "write weights to M.onnx.data even if they are small")
  private boolean external;

  @Mixin private JsonOption json;

  @Override
  public Integer call() throws IOException {
    json.check();
    OutputOption.check(spec, "--out", out);
    if (batch < 1) {
      throw new UsageException("--batch " + batch + ": expected at least 1");
    }
    ModelBuilder builder = calibrating.in(model.builder(), model, precision);
    if (precision == Precision.INT8) {
      builder.precision(precision);
    }
    try (DovetailModel opened = calibrating.open(weights, builder)) {
      ExportReport report = opened.export(options());
      StringBuilder text = new StringBuilder();
      report
          .files()
          .forEach(
              (file, bytes) ->
                  text.append(
                      String.format(Locale.ROOT, "wrote %s, %.1f MB%n", file, bytes / 1e6)));
      json.report(text + System.lineSeparator() + report.check(), report.json());
    } catch (SizeException e) {
      throw new UsageException("--size " + SizeConverter.text(size) + ": " + e.getMessage());
    }
    return Main.OK;
  }

  private ExportOptions options() {
    return ExportOptions.of(out, size)
        .withBatch(batch)
        .withPrecision(precision)
        .withRaw(raw)
        .withPortable(portable)
        .withExternal(external);
  }
}
