package dev.dovetail.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.cli.console.JsonOption;
import dev.dovetail.cli.console.OutputOption;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.data.image.Size;
import dev.dovetail.files.OutputFile;
import dev.dovetail.files.TemporaryFolder;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.graph.onnx.OnnxFile;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a model as an ONNX file and checks that it computes what the model does. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes a model as an ONNX file: the whole graph (8-bit pixels in, results out) or with --raw"
          + " the bare one (normalised pixels in). The file is then run beside the model on a random"
          + " image; it is not kept if the results differ.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  dovetail export reference/camvid-upernet --weights checkpoint.pth \\",
      "    --size 352x480 --portable --out camvid.onnx"
    })
final class ExportCommand implements Callable<Integer> {

  @Spec private CommandSpec verb;
  @Mixin private ModelOptions model;
  @Mixin private ModelOptions.Weights weights;

  @Option(
      names = "--size",
      required = true,
      paramLabel = "HxW",
      converter = SizeConverter.class,
      description = "height and width of the input, which the file is made for")
  private Size size;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "M.onnx",
      description = "the file to write; weights of 1.5 GB and more go beside it, into M.onnx.data")
  private Path out;

  @Option(names = "--raw", description = "the bare graph: no normalising, no label map")
  private boolean raw;

  @Option(
      names = "--portable",
      description = "standard operators alone, for any runtime (default: also ONNX Runtime's own)")
  private boolean portable;

  @Option(
      names = "--precision",
      paramLabel = "P",
      defaultValue = "fp32",
      description = "fp32 or fp16 (default: ${DEFAULT-VALUE})")
  private Precision precision;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      description = "images in one run (default: ${DEFAULT-VALUE})")
  private int batch;

  @Option(names = "--external", description = "put weights into M.onnx.data even if they are small")
  private boolean external;

  @Mixin private JsonOption json;

  @Override
  public Integer call() throws IOException {
    json.check();
    OutputOption.check(verb, "--out", out);
    if (batch < 1) {
      throw new UsageException("--batch " + batch + ": expected at least 1");
    }
    ModelConfig config = model.config();
    Dialect dialect = portable ? Dialect.PORTABLE : Dialect.ORT;
    try (LoadedModel loaded = weights.open(model, config, verb.commandLine().getErr())) {
      Graph graph = graph(config.model());
      try (TemporaryFolder folder = TemporaryFolder.beside(out)) {
        Path file = folder.path().resolve(out.getFileName());
        Map<String, String> facts = metadata(config, loaded);
        OnnxFile.write(file, graph, dialect, precision, loaded.weights(), facts, external);
        // Half precision rounds differently in the two dialects; fp32 tells them apart by noise.
        Settings settings =
            Settings.on(new Device.Cpu(), precision)
                .dialect(precision == Precision.FP32 ? Dialect.ORT : dialect);
        ExportCheck check = ExportCheck.of(file, graph, loaded.weights(), settings);
        if (!check.passed()) {
          throw new IOException(
              "the exported file does not compute what the model does; it was not kept:"
                  + System.lineSeparator()
                  + check.table());
        }
        report(keep(folder.path()), check);
      }
    }
    return Dovetail.OK;
  }

  private Graph graph(Model traced) {
    try {
      return raw ? ModelGraph.bare(traced, batch, size) : ModelGraph.whole(traced, batch, size);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--size " + SizeConverter.text(size) + ": " + e.getMessage());
    }
  }

  /** What makes the file of use without its config: classes, pre-processing and its origin. */
  private Map<String, String> metadata(ModelConfig config, LoadedModel loaded) throws IOException {
    ArrayNode classes = JsonNodeFactory.instance.arrayNode();
    loaded.classes().forEach(classes::add);
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("task", config.model().task().name());
    facts.put("classes", classes.toString());
    facts.put("preprocess", config.resolved().get("preprocess").toString());
    facts.put("config", config.resolved().toString());
    facts.put("config_sha256", config.hash());
    facts.put("checkpoint_sha256", loaded.checkpoint().sha256());
    weights.key().ifPresent(key -> facts.put("checkpoint_key", key));
    facts.put("dovetail_version", Versions.dovetail());
    return facts;
  }

  /** Moves what was written into place, the model last, and gives the bytes of all files. */
  private Map<Path, Long> keep(Path folder) throws IOException {
    Path data = out.resolveSibling(out.getFileName() + ".data");
    Map<Path, Long> bytes = new LinkedHashMap<>();
    for (Path file : List.of(data, out)) {
      Path written = folder.resolve(file.getFileName());
      if (Files.exists(written)) {
        if (file.equals(data) && OutputFile.isSpecial(out)) {
          throw new IOException(
              "--out " + out + " is no plain file, and the weights need a second one beside it");
        }
        bytes.put(file, Files.size(written));
        OutputFile.write(
            file, fresh -> Files.move(written, fresh, StandardCopyOption.REPLACE_EXISTING));
      }
    }
    return bytes;
  }

  private void report(Map<Path, Long> files, ExportCheck check) throws IOException {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    StringBuilder text = new StringBuilder();
    files.forEach(
        (file, bytes) -> {
          document.withObject("/files").put(file.toString(), bytes);
          text.append(String.format(Locale.ROOT, "wrote %s, %.1f MB%n", file, bytes / 1e6));
        });
    document.set("outputs", check.json());
    json.report(text + System.lineSeparator() + check.table(), document);
  }
}
