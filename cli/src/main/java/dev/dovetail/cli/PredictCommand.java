package dev.dovetail.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.dovetail.DovetailModel;
import dev.dovetail.ModelBuilder;
import dev.dovetail.Prediction;
import dev.dovetail.PredictionHandler;
import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.cli.console.JsonOption;
import dev.dovetail.cli.console.StopRequest;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.eval.TextTable;
import dev.dovetail.files.OutputFile;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a model over images and draws what it finds. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs a model over images. For each it writes NAME.jpg with boxes and masks or with coloured"
          + " classes. Objects are listed in results.json, or as --format says; label maps are"
          + " NAME.labels.png.",
      "A classifier's five best classes are printed."
    },
    footer = {
      "",
      "Example:",
      "  dovetail predict reference/coco-maskrcnn --weights checkpoint.pth \\",
      "    photos/ --out found"
    })
final class PredictCommand implements Callable<Integer> {

  private static final String RESULTS = "results.json";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Spec private CommandSpec verb;
  @Mixin private ModelOptions model;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "INPUT",
      description = "images, folders with images, or patterns such as 'photos/*.jpg'")
  private List<String> inputs;

  @Mixin private ModelOptions.Weights weights;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "where pictures and results are written; a classifier needs none and writes results.json"
              + " alone")
  private Path out;

  @Option(
      names = "--score-threshold",
      paramLabel = "T",
      defaultValue = "0.3",
      description =
          "leave out objects below this score (default: ${DEFAULT-VALUE}); the model itself leaves"
              + " out those below the config's test.scoreThreshold")
  private float threshold;

  @Mixin private PredictionFormats formats;
  @Mixin private ViewsOption views;
  @Mixin private PictureOptions picture;
  @Mixin private ModelOptions.Where where;
  @Mixin private ModelOptions.Calibrating calibrating;
  @Mixin private ModelOptions.PlanMemory planMemory;
  @Mixin private JsonOption json;

  @Override
  public Integer call() throws IOException {
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new UsageException("--score-threshold " + threshold + ": expected 0 to 1");
    }
    picture.check();
    json.check();
    List<Path> files = InputImages.find(inputs);
    List<String> names = InputImages.names(files);
    Results results = new Results(files, names);
    ModelBuilder builder =
        calibrating.in(
            planMemory.in(views.in(where.on(model.builder()))), model, where.precision());
    try (DovetailModel opened = weights.open(builder);
        ConsoleProgress progress = ConsoleProgress.of(verb.commandLine().getErr(), "images")) {
      prepareOutput(opened, files, names);
      results.progress = progress;
      progress.start(files.size(), 0);
      return StopRequest.during(progress, () -> predict(opened, files, results));
    }
  }

  private int predict(DovetailModel opened, List<Path> files, Results results) throws IOException {
    try {
      opened.predict(files.stream().map(ImageSource::of).toList(), 1, results);
    } catch (InterruptedIOException e) {
      results.report(opened.columns());
      String kept = out == null ? "they are printed" : "their results are kept in " + out;
      throw (IOException) new InterruptedIOException(kept).initCause(e);
    }
    results.report(opened.columns());
    results.throwIfAnyFailed();
    return Main.OK;
  }

  private void prepareOutput(DovetailModel opened, List<Path> files, List<String> names)
      throws IOException {
    if (picture.cutsOut() && !opened.findsObjects()) {
      throw new UsageException(
          "--save-crops: a model of the task '"
              + opened.task()
              + "' finds no objects with boxes; leave the option out");
    }
    if (out == null) {
      if (opened.draws()) {
        throw new UsageException(
            "Missing required option: '--out=DIR', where pictures are written");
      }
      formats.prepare(opened, Path.of(""));
      return;
    }
    OutputFile.createFolder(out);
    formats.prepare(opened, out);
    OutputFile.check(out.resolve(RESULTS));
    if (picture.cutsOut()) {
      requireNoInputAmongCrops(files);
    }
    for (String name : names) {
      for (String written : opened.fileNames(name)) {
        requireNoInput(files, out.resolve(written));
      }
    }
  }

  private void requireNoInputAmongCrops(List<Path> files) {
    Path crops = out.resolve(PictureOptions.CROPS).toAbsolutePath().normalize();
    for (Path file : files) {
      if (file.toAbsolutePath().normalize().startsWith(crops)) {
        throw new UsageException(
            "the image " + file + " is where --save-crops writes; give another --out");
      }
    }
  }

  private void requireNoInput(List<Path> files, Path result) throws IOException {
    for (Path file : Files.exists(result) ? files : List.<Path>of()) {
      if (Files.isSameFile(file, result)) {
        throw new UsageException(
            "the result for " + file + " would replace the image itself; give another --out");
      }
    }
  }

  /** Writes the files of each image, and collects what is said of all. */
  private final class Results implements PredictionHandler {

    private final List<Path> files;
    private final List<String> names;
    private final Map<Integer, Map<String, Object>> entries = new ConcurrentSkipListMap<>();
    private final Map<Integer, List<List<String>>> rows = new ConcurrentSkipListMap<>();
    private final List<String> failed = new ArrayList<>();
    private ConsoleProgress progress;

    Results(List<Path> files, List<String> names) {
      this.files = files;
      this.names = names;
    }

    @Override
    public void accept(int index, Image image, Prediction prediction) throws IOException {
      Prediction shown = prediction.above(threshold);
      formats.add(index, files.get(index), names.get(index), shown);
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("file", files.get(index).toString());
      entry.put("width", image.size().width());
      entry.put("height", image.size().height());
      entry.putAll(result(index, image, shown));
      entries.put(index, entry);
      rows.put(index, shown.rows());
      synchronized (this) {
        progress.step();
      }
    }

    private Map<String, Object> result(int index, Image image, Prediction shown)
        throws IOException {
      if (out == null) {
        return shown.toMap();
      }
      String name = names.get(index);
      Map<String, Object> result = shown.save(image, out, name, picture.style());
      if (picture.cutsOut()) {
        result.put(PictureOptions.CROPS, picture.cutOut(shown, image, out, name));
      }
      return result;
    }

    @Override
    public synchronized void failed(int index, IOException reason) {
      failed.add(reason.getMessage());
      progress.step();
    }

    @Override
    public boolean cancelled() {
      return progress.cancelled();
    }

    void report(List<String> columns) throws IOException {
      ArrayNode all = JSON.valueToTree(entries.values());
      if (out != null && formats.hasJson()) {
        OutputFile.write(
            out.resolve(RESULTS), all.toPrettyString().getBytes(StandardCharsets.UTF_8));
      }
      if (out != null) {
        formats.write(out).forEach(warning -> progress.say("dovetail: warning: " + warning));
      }
      List<String> head = new ArrayList<>(List.of("image"));
      head.addAll(columns);
      TextTable table = new TextTable(head);
      rows.forEach(
          (index, cells) -> {
            String image = files.get(index).getFileName().toString();
            for (List<String> row : cells) {
              List<String> line = new ArrayList<>(List.of(image));
              line.addAll(row);
              table.add(line);
              image = "";
            }
          });
      json.report(table.text(), all);
    }

    void throwIfAnyFailed() throws IOException {
      if (!failed.isEmpty()) {
        throw new IOException(
            failed.size()
                + " of "
                + files.size()
                + " images could not be used:\n  "
                + String.join("\n  ", failed));
      }
    }
  }
}
