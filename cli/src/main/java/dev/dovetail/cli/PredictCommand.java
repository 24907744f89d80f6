package dev.dovetail.cli;

import dev.dovetail.DovetailModel;
import dev.dovetail.ModelBuilder;
import dev.dovetail.Prediction;
import dev.dovetail.PredictionHandler;
import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.cli.console.JsonOption;
import dev.dovetail.cli.console.Problem;
import dev.dovetail.cli.console.StopRequest;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.inputs.Input;
import dev.dovetail.cli.inputs.InputOptions;
import dev.dovetail.cli.inputs.Inputs;
import dev.dovetail.files.DataFolder;
import dev.dovetail.files.OutputException;
import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageSource;
import dev.dovetail.images.video.VideoLibrary;
import dev.dovetail.images.video.VideoReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a model on images and videos, and draws its predictions. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs a model on images and videos. For an image, it writes NAME.jpg with boxes and masks"
          + " or with colored classes; for a video, NAME.mp4 and NAME.jsonl with one line per"
          + " frame. Objects are listed in results.json or in the files of --format; label maps"
          + " are written to NAME.labels.png.",
      "For a classifier, it prints the five best classes."
    },
    footer = {
      "",
      "Example:",
      "  dovetail predict reference/coco-maskrcnn --weights checkpoint.pth \\",
      "    photos/ --out found",
      "  dovetail predict sample-mask-rcnn clip.mp4 --every 2 --out found"
    })
final class PredictCommand implements Callable<Integer> {

  @Spec private CommandSpec verb;
  @Mixin private ModelOptions model;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "INPUT",
      description = InputOptions.DESCRIPTION)
  private List<String> inputs;

  @Mixin private ModelOptions.Weights weights;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "output directory; optional for a classifier, which writes only results.json")
  private Path out;

  @Option(
      names = "--score-threshold",
      paramLabel = "T",
      defaultValue = "0.3",
      description =
          "omit objects with lower scores (default: ${DEFAULT-VALUE}); the model itself omits"
              + " objects below the config's test.scoreThreshold")
  private float threshold;

  @Mixin private InputOptions limits;
  @Mixin private PredictionFormats formats;
  @Mixin private ViewsOption views;
  @Mixin private PictureOptions picture;
  @Mixin private ModelOptions.Where where;
  @Mixin private CalibrationOptions calibrating;
  @Mixin private ModelOptions.PlanMemory planMemory;
  @Mixin private JsonOption json;

  private PredictedFiles files = PredictedFiles.NONE;

  @Override
  public Integer call() throws IOException {
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new UsageException("--score-threshold " + threshold + ": expected 0 to 1");
    }
    picture.check();
    json.check();
    ModelBuilder builder =
        calibrating.in(
            planMemory.in(views.in(where.on(model.builder()))), model, where.precision());
    try (Inputs found = limits.find(inputs, out);
        DovetailModel opened = calibrating.open(weights, builder)) {
      requireOut(opened, found);
      formats.check(opened);
      found.fetch();
      requireOut(opened, found);
      List<Input> all = found.all();
      List<String> names = found.names();
      prepareOutput(opened, all, names);
      PredictResults results = new PredictResults(all, found.failures());
      // Fail before the images are processed, so that no work is lost.
      VideoLibrary library = needsLibrary(opened, all) ? VideoSupport.load() : null;
      Warnings warnings = new Warnings(Strictness.LENIENT);
      int code;
      try (PredictedFiles written = formats.create(opened, out, warnings)) {
        files = written;
        code = images(opened, all, names, results);
        if (code == Main.OK) {
          code = videos(opened, all, names, library, results);
        }
        written.finish();
      }
      PrintWriter err = verb.commandLine().getErr();
      warnings.entries().forEach(warning -> err.println("dovetail: warning: " + warning));
      results.report(opened.columns(), formats.hasJson() ? out : null, json);
      if (code == Main.OK) {
        results.throwIfAnyFailed(what(all), all.size() + found.failures().size());
      }
      return code;
    }
  }

  /** Webcams need no video library unless their frames are written to a video. */
  private static boolean needsLibrary(DovetailModel opened, List<Input> inputs) {
    return inputs.stream()
        .anyMatch(
            input ->
                input.kind() == Input.Kind.VIDEO
                    || input.kind() == Input.Kind.CAMERA && opened.draws());
  }

  private static String what(List<Input> inputs) {
    return inputs.stream().allMatch(Input::isImage) ? "images" : "inputs";
  }

  /** Processes the images, and returns the exit code. */
  private int images(
      DovetailModel opened, List<Input> all, List<String> names, PredictResults results)
      throws IOException {
    int[] places = IntStream.range(0, all.size()).filter(i -> all.get(i).isImage()).toArray();
    List<ImageSource> images =
        IntStream.of(places).mapToObj(place -> all.get(place).image()).toList();
    if (images.isEmpty()) {
      return Main.OK;
    }
    try (ConsoleProgress progress = ConsoleProgress.of(verb.commandLine().getErr(), "images")) {
      progress.start(images.size(), 0);
      return StopRequest.during(
          progress,
          () -> {
            try {
              opened.predict(images, 1, new Images(all, places, names, results, progress));
            } catch (InterruptedIOException e) {
              String kept =
                  out == null
                      ? "the results so far are printed"
                      : "the results so far are kept in " + out;
              throw (IOException) new InterruptedIOException(kept).initCause(e);
            }
            return Main.OK;
          });
    }
  }

  /** Processes the videos one after the other until one is stopped, and returns the exit code. */
  private int videos(
      DovetailModel opened,
      List<Input> all,
      List<String> names,
      @Nullable VideoLibrary library,
      PredictResults results)
      throws IOException {
    VideoRun.Settings settings =
        new VideoRun.Settings(out, picture, library, threshold, limits.every());
    int code = Main.OK;
    for (int place = 0; place < all.size() && code == Main.OK; place++) {
      if (!all.get(place).isImage()) {
        code = video(opened, all.get(place), names.get(place), place, settings, results);
      }
    }
    return code;
  }

  private int video(
      DovetailModel opened,
      Input input,
      String name,
      int place,
      VideoRun.Settings settings,
      PredictResults results)
      throws IOException {
    PrintWriter err = verb.commandLine().getErr();
    try (ConsoleProgress progress = ConsoleProgress.of(err, "frames")) {
      return StopRequest.during(
          progress,
          () -> {
            try (VideoReader frames = settings.open(input);
                VideoRun run = new VideoRun(settings, opened, input, name, frames.frameRate())) {
              Optional<VideoRun.Summary> done = run.run(frames, progress);
              done.ifPresent(summary -> results.add(place, summary));
              done.map(VideoRun.Summary::notes).orElse(List.of()).stream()
                  .map(note -> "dovetail: " + input.name() + ": " + note)
                  .forEach(progress::say);
              frames.damage().ifPresent(damage -> progress.say("dovetail: warning: " + damage));
              if (progress.cancelled()) {
                throw new InterruptedIOException(
                    done.map(summary -> "kept in " + summary.files()).orElse("nothing is kept"));
              }
            } catch (OutputException | InterruptedIOException e) {
              throw e;
            } catch (IOException e) {
              results.failed(Problem.of(e).map(Problem::sentence).orElse(e.toString()));
            } catch (IllegalArgumentException e) {
              results.failed(input.name() + ": " + e.getMessage());
            }
            return Main.OK;
          });
    }
  }

  /** Reports a missing {@code --out} before the run starts. */
  private void requireOut(DovetailModel opened, Inputs found) {
    if (out == null && (opened.draws() || found.hasVideos())) {
      throw new UsageException(
          "Missing required option: '--out=DIR', where "
              + (opened.draws() ? "images are" : "a line for each frame of a video is")
              + " written");
    }
  }

  private void prepareOutput(DovetailModel opened, List<Input> inputs, List<String> names)
      throws IOException {
    List<Path> files = inputs.stream().map(Input::file).toList();
    if (picture.cutsOut() && !opened.findsObjects()) {
      throw new UsageException(
          "--save-crops: a model with the task '"
              + opened.task()
              + "' does not predict boxes; omit the option");
    }
    if (out == null) {
      return;
    }
    OutputFile.createFolder(out);
    OutputFile.check(out.resolve(PredictResults.FILE));
    if (picture.cutsOut()) {
      requireNoInputAmongCrops(files);
    }
    for (int i = 0; i < names.size(); i++) {
      List<String> written =
          inputs.get(i).isImage()
              ? opened.fileNames(names.get(i))
              : List.of(names.get(i) + VideoRun.PICTURES, names.get(i) + VideoRun.LINES);
      for (String result : written) {
        requireNoInput(files, out.resolve(result));
      }
    }
  }

  private void requireNoInputAmongCrops(List<Path> files) {
    Path crops = out.resolve(PictureOptions.CROPS).toAbsolutePath().normalize();
    for (Path file : files) {
      if (file.toAbsolutePath().normalize().startsWith(crops)) {
        throw new UsageException(
            "the input "
                + file
                + " is in the directory that --save-crops writes to; specify another --out");
      }
    }
  }

  private void requireNoInput(List<Path> files, Path result) throws IOException {
    for (Path file : Files.exists(result) ? files : List.<Path>of()) {
      if (Files.isSameFile(file, result)) {
        throw new UsageException(
            "the result of "
                + file
                + " would replace the "
                + (result.toString().endsWith(VideoRun.PICTURES) ? "video" : "image")
                + " itself; specify another --out");
      }
    }
  }

  /** Writes the files of each image. */
  private final class Images implements PredictionHandler {

    private final List<Input> inputs;
    private final int[] places;
    private final List<String> names;
    private final PredictResults results;
    private final ConsoleProgress progress;

    Images(
        List<Input> inputs,
        int[] places,
        List<String> names,
        PredictResults results,
        ConsoleProgress progress) {
      this.inputs = inputs;
      this.places = places;
      this.names = names;
      this.results = results;
      this.progress = progress;
    }

    @Override
    public void accept(int index, Image image, Prediction prediction) throws IOException {
      Prediction shown = prediction.above(threshold);
      Input input = inputs.get(places[index]);
      files.add(index, input.writtenFile(), names.get(places[index]), shown);
      results.add(places[index], image, shown, result(index, image, shown));
      progress.step();
    }

    private Map<String, Object> result(int index, Image image, Prediction shown)
        throws IOException {
      if (out == null) {
        return shown.toMap();
      }
      String name = names.get(places[index]);
      Map<String, Object> result = shown.save(image, out, name, picture.style());
      if (picture.cutsOut()) {
        result.put(PictureOptions.CROPS, picture.cutOut(shown, image, out, name));
      }
      return result;
    }

    @Override
    public void failed(int index, IOException reason) {
      Path file = inputs.get(places[index]).file();
      String hint =
          DataFolder.hasEnding(file, List.of("txt"))
              ? "; if it is a list of inputs, specify it as @" + file
              : "";
      results.failed(reason.getMessage() + hint);
      progress.step();
    }

    @Override
    public boolean cancelled() {
      return progress.cancelled();
    }
  }
}
