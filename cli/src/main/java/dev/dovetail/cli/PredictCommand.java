package dev.dovetail.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.cli.console.JsonOption;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.data.draw.Instance;
import dev.dovetail.data.draw.InstancePainter;
import dev.dovetail.data.draw.LabelPainter;
import dev.dovetail.data.draw.Palette;
import dev.dovetail.data.image.Image;
import dev.dovetail.data.image.ImageWriter;
import dev.dovetail.data.image.Size;
import dev.dovetail.data.mask.Rle;
import dev.dovetail.data.semantic.LabelMap;
import dev.dovetail.data.semantic.LabelPng;
import dev.dovetail.eval.TextTable;
import dev.dovetail.files.OutputFile;
import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.Task;
import dev.dovetail.models.evaluation.FoundObjects;
import dev.dovetail.models.pipeline.Job;
import dev.dovetail.models.pipeline.ModelPlans;
import dev.dovetail.models.pipeline.Outcome;
import dev.dovetail.models.pipeline.Pipeline;
import dev.dovetail.models.pipeline.PlanKey;
import dev.dovetail.models.pipeline.StageClock;
import dev.dovetail.runtime.PlanCache;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
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
          + " classes. Objects are listed in results.json, label maps are NAME.labels.png.",
      "A classifier's five best classes are printed."
    },
    footer = {
      "",
      "Example:",
      "  dovetail predict reference/coco-maskrcnn --weights checkpoint.pth \\",
      "    photos/ --out found"
    })
final class PredictCommand implements Callable<Integer> {

  private static final int WORKERS = 2;

  /** How many classes of a whole image are told. */
  private static final int BEST = 5;

  /** Smaller shares of an image are not shown in the table: they would read 0 %. */
  private static final double LEAST_SHARE = 0.005;

  private static final String RESULTS = "results.json";
  private static final String PICTURE = ".jpg";
  private static final String LABELS = ".labels.png";

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

  @Mixin private ModelOptions.Where where;
  @Mixin private ModelOptions.PlanMemory planMemory;
  @Mixin private JsonOption json;

  @Override
  public Integer call() throws IOException {
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new UsageException("--score-threshold " + threshold + ": expected 0 to 1");
    }
    json.check();
    ModelConfig config = model.config();
    List<Path> files = InputImages.find(inputs);
    List<String> names = InputImages.names(files);
    prepareOutput(config, files, names);
    List<Job> jobs =
        IntStream.range(0, files.size())
            .mapToObj(i -> Job.ofFile(i, names.get(i), files.get(i)))
            .toList();
    List<String> failed = new ArrayList<>();
    Map<Long, ObjectNode> results = new TreeMap<>();
    try (LoadedModel loaded = weights.open(model, config, verb.commandLine().getErr());
        PlanCache<PlanKey> plans = ModelPlans.of(loaded, where.settings(), planMemory.bytes());
        ConsoleProgress progress = ConsoleProgress.of(verb.commandLine().getErr(), "images")) {
      Pipeline pipeline = new Pipeline(loaded.model(), plans, 1, WORKERS, new StageClock());
      progress.start(jobs.size(), 0);
      pipeline.run(
          jobs,
          (job, image, outcome) -> write(job, image, outcome, loaded.classes()),
          new Pipeline.Sink<ObjectNode>() {
            @Override
            public void accept(Job job, ObjectNode result) {
              results.put(job.id(), result);
              progress.step();
            }

            @Override
            public void failed(Job job, IOException reason) {
              failed.add(reason.getMessage());
              progress.step();
            }
          });
    }
    ArrayNode all = JsonNodeFactory.instance.arrayNode().addAll(results.values());
    if (out != null) {
      OutputFile.write(out.resolve(RESULTS), all.toPrettyString().getBytes(StandardCharsets.UTF_8));
    }
    boolean classifies = config.model().task() instanceof Task.Classification;
    json.report(classifies ? classTable(results.values()) : table(results.values()), all);
    if (!failed.isEmpty()) {
      throw new IOException(
          failed.size()
              + " of "
              + files.size()
              + " images could not be used:\n  "
              + String.join("\n  ", failed));
    }
    return Dovetail.OK;
  }

  private void prepareOutput(ModelConfig config, List<Path> files, List<String> names)
      throws IOException {
    if (config.model().task().head().classes() == 0) {
      throw new UsageException(
          "the model is a backbone without a classifier and predicts nothing; 'dovetail run' gives"
              + " its features, 'dovetail export' a graph from images to them");
    }
    if (out == null) {
      if (!(config.model().task() instanceof Task.Classification)) {
        throw new UsageException(
            "Missing required option: '--out=DIR', where pictures are written");
      }
      return;
    }
    OutputFile.createFolder(out);
    OutputFile.check(out.resolve(RESULTS));
    for (String name : names) {
      requireNoInput(files, out.resolve(name + PICTURE));
      requireNoInput(files, out.resolve(name + LABELS));
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

  /** Writes the files of one image and gives its entry in the results. */
  private ObjectNode write(Job job, Image image, Outcome outcome, List<String> classes)
      throws IOException {
    if (outcome instanceof Outcome.Classes scores) {
      return best(entry(job, image), scores.scores(), classes);
    }
    ObjectNode entry = entry(job, image);
    Path picture = out.resolve(job.name() + PICTURE);
    entry.put("picture", picture.getFileName().toString());
    if (outcome instanceof Outcome.Objects objects) {
      ArrayNode list = entry.putArray("objects");
      List<Instance> drawn = new ArrayList<>();
      for (int i = 0; i < objects.count(); i++) {
        if (objects.scores()[i] >= threshold) {
          list.add(entry(objects, i, image.size(), classes));
          drawn.add(instance(objects, i, image.size()));
        }
      }
      InstancePainter painter = new InstancePainter(classes, Palette.distinct());
      ImageWriter.write(picture, painter.draw(image, drawn));
    } else if (outcome instanceof Outcome.Labels labels) {
      Path map = out.resolve(job.name() + LABELS);
      LabelPng.write(map, labels.map());
      entry.put("label_map", map.getFileName().toString());
      entry.set("share_of_pixels", shares(labels.map(), classes));
      LabelPainter painter = new LabelPainter(classes, Palette.distinct());
      ImageWriter.write(
          picture, painter.withLegend(painter.over(image, labels.map()), labels.map()));
    }
    return entry;
  }

  private static ObjectNode entry(Job job, Image image) {
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    entry.put("file", job.file().toString());
    entry.put("width", image.size().width());
    entry.put("height", image.size().height());
    return entry;
  }

  /** Adds the classes with the highest scores, best first; of equal ones the lower number. */
  private static ObjectNode best(ObjectNode entry, float[] scores, List<String> classes) {
    ArrayNode list = entry.putArray("classes");
    IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble(c -> -scores[c]))
        .limit(BEST)
        .forEach(
            c ->
                list.addObject()
                    .put("label", c)
                    .put("name", name(c, classes))
                    .put("score", scores[c]));
    return entry;
  }

  private static ObjectNode entry(Outcome.Objects objects, int i, Size size, List<String> classes) {
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    int label = objects.labels()[i];
    entry.put("label", label);
    entry.put("name", name(label, classes));
    entry.put("score", objects.scores()[i]);
    float[] b = objects.boxes();
    ArrayNode box = entry.putArray("bbox");
    box.add(b[4 * i]).add(b[4 * i + 1]);
    box.add(b[4 * i + 2] - b[4 * i]).add(b[4 * i + 3] - b[4 * i + 1]);
    Rle mask = FoundObjects.mask(objects, i, size);
    ObjectNode segmentation = entry.putObject("segmentation");
    segmentation.putArray("size").add(mask.height()).add(mask.width());
    segmentation.put("counts", mask.compressed());
    return entry;
  }

  private static Instance instance(Outcome.Objects objects, int i, Size size) {
    float[] b = objects.boxes();
    return new Instance(
        objects.labels()[i],
        objects.scores()[i],
        b[4 * i],
        b[4 * i + 1],
        b[4 * i + 2],
        b[4 * i + 3],
        FoundObjects.region(objects, i, size));
  }

  private static ObjectNode shares(LabelMap map, List<String> classes) {
    long[] counts = new long[map.valueCount()];
    int pixels = Math.toIntExact(map.size().pixels());
    for (int i = 0; i < pixels; i++) {
      counts[map.at(i)]++;
    }
    ObjectNode shares = JsonNodeFactory.instance.objectNode();
    for (int c = 0; c < counts.length; c++) {
      if (counts[c] > 0) {
        shares.put(name(c, classes), (double) counts[c] / pixels);
      }
    }
    return shares;
  }

  private static String name(int label, List<String> classes) {
    return label < classes.size() ? classes.get(label) : Integer.toString(label);
  }

  private static String table(Iterable<ObjectNode> results) {
    TextTable table = new TextTable(List.of("image", "found"));
    for (ObjectNode r : results) {
      table.add(List.of(Path.of(r.get("file").asText()).getFileName().toString(), found(r)));
    }
    return JsonOption.text(table.lines());
  }

  private static String classTable(Iterable<ObjectNode> results) {
    TextTable table = new TextTable(List.of("image", "class", "score"));
    for (ObjectNode r : results) {
      String image = Path.of(r.get("file").asText()).getFileName().toString();
      for (JsonNode c : r.path("classes")) {
        String score = String.format(Locale.ROOT, "%.4f", c.get("score").asDouble());
        table.add(List.of(image, c.get("name").asText(), score));
        image = "";
      }
    }
    return JsonOption.text(table.lines());
  }

  private static String found(ObjectNode result) {
    Map<String, Integer> counts = new TreeMap<>();
    result.path("objects").forEach(o -> counts.merge(o.get("name").asText(), 1, Integer::sum));
    List<String> words = new ArrayList<>();
    counts.forEach((name, n) -> words.add(n + " " + name));
    result.path("share_of_pixels").properties().stream()
        .sorted(Comparator.comparingDouble(share -> -share.getValue().asDouble()))
        .filter(share -> share.getValue().asDouble() >= LEAST_SHARE)
        .forEach(
            share ->
                words.add(Math.round(100 * share.getValue().asDouble()) + "% " + share.getKey()));
    return words.isEmpty() ? "nothing" : String.join(", ", words);
  }
}
