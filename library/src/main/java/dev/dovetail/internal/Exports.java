package dev.dovetail.internal;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.ExportOptions;
import dev.dovetail.ExportReport;
import dev.dovetail.SizeException;
import dev.dovetail.files.OutputFile;
import dev.dovetail.files.TemporaryFolder;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.int8.Calibration;
import dev.dovetail.graph.int8.Quantizer;
import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.graph.onnx.OnnxFile;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import dev.dovetail.tasks.OnePass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Exports models to self-contained ONNX files. */
public final class Exports {

  private Exports() {}

  /** Writes one file and compares it with the model on a random image. */
  public static ExportReport write(OpenModel<?> model, ExportOptions options) throws IOException {
    LoadedModel loaded =
        model
            .loaded()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the model is an exported file; open it from its config to export it"));
    Settings usual = Settings.on(new Device.Cpu(), options.precision());
    Dialect dialect = options.portable() ? Dialect.PORTABLE : usual.dialect();
    Graph graph = graph(loaded.model(), options);
    if (options.precision() == Precision.INT8) {
      Calibration calibration =
          model
              .settings()
              .calibration()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "the model was opened in "
                              + model.settings().precision()
                              + "; to export in INT8, open it in INT8 with images to calibrate on"));
      usual = usual.int8(calibration);
    }
    Path target = options.file();
    try (TemporaryFolder folder = TemporaryFolder.beside(target)) {
      Path file = folder.path().resolve(target.getFileName());
      OnnxFile.write(
          file,
          written(graph, loaded, usual),
          dialect,
          options.precision(),
          loaded.weights(),
          metadata(model, options),
          options.external());
      // Lower precisions round differently in the two dialects, so both sides use the same one.
      Settings settings = options.precision() == Precision.FP32 ? usual : usual.dialect(dialect);
      ExportCheck check =
          ExportCheck.of(
              file,
              graph,
              options.raw() ? Set.of() : model.session().task().pixelOutputs(),
              loaded.weights(),
              settings);
      if (!check.passed()) {
        throw new IOException(
            "the exported file does not match the model and was not kept:"
                + System.lineSeparator()
                + check.table());
      }
      return report(keep(folder.path(), target), check);
    }
  }

  /**
   * Returns the graph to write. An int8 graph stores its weights as 8-bit codes, a quarter of their
   * float32 size.
   */
  private static Graph written(Graph graph, LoadedModel loaded, Settings settings)
      throws IOException {
    if (settings.precision() != Precision.INT8) {
      return graph;
    }
    Graph quantized = Quantizer.quantized(graph, settings.calibration().orElseThrow());
    Graph codes = Quantizer.codes(quantized);
    Settings exact = Settings.cpu().dialect(settings.dialect());
    try (Plan plan = Plan.compile(codes, loaded.weights(), exact)) {
      return Quantizer.withCodes(quantized, plan.run(RandomInputs.of(plan.inputs(), 2)));
    }
  }

  private static Graph graph(Model<?, ?> model, ExportOptions options) {
    if (!options.raw() && !(model.task().passes() instanceof OnePass)) {
      throw new IllegalArgumentException(
          "an exported file runs one view of each image, but 'test.augment' has several; export"
              + " without it (--set test.augment={})");
    }
    try {
      return options.raw()
          ? ModelGraph.bare(model, options.batch(), options.size())
          : ModelGraph.whole(model, options.batch(), options.size());
    } catch (IllegalArgumentException e) {
      throw new SizeException(e.getMessage(), e);
    }
  }

  /**
   * Returns metadata that makes the file usable without its config: classes, preprocessing and
   * origin.
   */
  private static Map<String, String> metadata(OpenModel<?> model, ExportOptions options)
      throws IOException {
    ArrayNode classes = JsonNodeFactory.instance.arrayNode();
    model.classes().forEach(classes::add);
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("task", model.session().task().name());
    facts.put("classes", classes.toString());
    facts.put("preprocess", model.config().resolved().get("preprocess").toString());
    facts.put(ExportedModel.PRECISION, options.precision().name());
    facts.put("config", model.config().resolved().toString());
    facts.put("config_sha256", model.config().hash());
    facts.put("checkpoint_sha256", model.weights().sha256());
    model.weights().key().ifPresent(key -> facts.put("checkpoint_key", key));
    facts.put("dovetail_version", Version.dovetail());
    return facts;
  }

  /** Moves the written files to their final location, the model last, and returns their sizes. */
  private static Map<Path, Long> keep(Path folder, Path target) throws IOException {
    Path data = target.resolveSibling(target.getFileName() + ".data");
    Map<Path, Long> bytes = new LinkedHashMap<>();
    for (Path file : List.of(data, target)) {
      Path written = folder.resolve(file.getFileName());
      if (Files.exists(written)) {
        if (file.equals(data) && OutputFile.isSpecial(target)) {
          throw new IOException(
              target + " is not a regular file, but the weights require a second file next to it");
        }
        bytes.put(file, Files.size(written));
        OutputFile.write(
            file, fresh -> Files.move(written, fresh, StandardCopyOption.REPLACE_EXISTING));
      }
    }
    return bytes;
  }

  private static ExportReport report(Map<Path, Long> files, ExportCheck check) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    files.forEach((file, bytes) -> document.withObject("/files").put(file.toString(), bytes));
    document.set("outputs", check.json());
    return new ExportReport(files, check.table(), document.toString());
  }
}
