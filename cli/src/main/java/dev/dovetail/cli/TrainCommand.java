package dev.dovetail.cli;

import dev.dovetail.Dovetail;
import dev.dovetail.Trainer;
import dev.dovetail.TrainingData;
import dev.dovetail.TrainingOptions;
import dev.dovetail.TrainingReport;
import dev.dovetail.cli.console.OutputOption;
import dev.dovetail.cli.console.StopRequest;
import dev.dovetail.cli.console.TrainingConsole;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.images.ImageWriter;
import dev.dovetail.internal.NamedModel;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a model. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Trains a model: detectors on COCO boxes and masks, segmenters on label maps, classifiers on"
          + " one directory of images per class. The section 'training' of the config specifies the"
          + " optimizer, schedule, augmentation and batch size; --set overrides single values.",
      "",
      "Writes to --out: config.json, checkpoints for all commands (last.safetensors and, with"
          + " --val-annotations, best.safetensors), the log (log.jsonl) and a page of curves"
          + " (report.html). An interrupted training (Ctrl-C) continues with --resume."
    },
    footer = {
      "",
      "Example:",
      "  dovetail train mask-rcnn-vit-comer-tiny --images scenes/images/train \\",
      "    --annotations scenes/annotations/instances_train.json \\",
      "    --val-images scenes/images/val \\",
      "    --val-annotations scenes/annotations/instances_val.json \\",
      "    --set training.iterations=3000 --out run"
    })
final class TrainCommand implements Callable<Integer> {

  private static final String CONTINUE = "Continue with the same command and --resume.";
  private static final String CLASSIFICATION = "classification";
  private static final List<String> PICTURES = List.of(".png", ".jpg", ".jpeg");

  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "the directory of a data set in its published layout (COCO, ADE20K or Cityscapes;"
              + " detected automatically); the model is trained on its training split and"
              + " evaluated on its validation split. Replaces the four options below")
  private Path data;

  @Option(names = "--images", paramLabel = "DIR", description = "the directory of training images")
  private Path images;

  @Option(
      names = "--annotations",
      paramLabel = "FILE_OR_DIR",
      description =
          "COCO's instances JSON, or the directory with a label map (PNG) for every image; a"
              + " classifier has no annotations, since --images has one directory per class")
  private Path annotations;

  @Option(
      names = "--val-images",
      paramLabel = "DIR",
      description = "the validation images (default: those of --images)")
  private Path valImages;

  @Option(
      names = "--val-annotations",
      paramLabel = "FILE_OR_DIR",
      description =
          "the annotations of the validation images; without them the model is not evaluated (a"
              + " classifier needs only --val-images)")
  private Path valAnnotations;

  @Mixin private ModelOptions.CheckpointFile checkpoint;

  @Option(
      names = "--freeze",
      paramLabel = "PREFIX",
      description =
          "do not train this part of the model, such as backbone or backbone.blocks.0; repeatable")
  private List<String> freeze = new ArrayList<>();

  @Option(
      names = "--resume",
      description =
          "continue the run in --out, with the same result as an uninterrupted run; if there is"
              + " no run yet, start a new one")
  private boolean resume;

  @Option(
      names = "--show-batch",
      paramLabel = "FILE",
      description =
          "draw the first batch (.png or .jpg), augmented images with their annotations,"
              + " without training")
  private Path picture;

  @Option(names = "--out", paramLabel = "DIR", description = "output directory of the run")
  private Path out;

  @Override
  public Integer call() throws IOException {
    check();
    NamedModel named = model.find();
    boolean folders = named.config().model().task().name().equals(CLASSIFICATION);
    TrainingData data = data(folders);
    Optional<TrainingData> validation = validation(folders);
    Path run = out == null ? picture.toAbsolutePath().getParent() : out;
    TrainingOptions.Builder options = model.training(data, run);
    validation.ifPresent(options::validation);
    freeze.forEach(options::freeze);
    Optional<Path> weights = checkpoint.path(named);
    if (weights.isPresent()) {
      requireExisting(weights.get());
      options.weights(weights.get());
    }
    checkpoint.key().ifPresent(options::weightsKey);
    if (resume) {
      options.resume();
    }
    Trainer trainer = trainer();
    return picture == null ? train(trainer, options) : draw(trainer, options);
  }

  private void check() throws IOException {
    if (data != null
        && (images != null || annotations != null || valImages != null || valAnnotations != null)) {
      throw new UsageException(
          "--data replaces --images, --annotations, --val-images and --val-annotations; specify"
              + " one or the other");
    }
    if (data == null && images == null) {
      throw new UsageException("Missing required option: '--data=DIR' or '--images=DIR'");
    }
    requireFolder("--data", data);
    requireFolder("--images", images);
    requireFolder("--val-images", valImages);
    requireExisting("--annotations", annotations);
    requireExisting("--val-annotations", valAnnotations);
    if (freeze.contains("")) {
      throw new UsageException(
          "--freeze: expected the name of a part of the model, such as backbone");
    }
    if (picture != null) {
      String name = picture.toString().toLowerCase(Locale.ROOT);
      if (PICTURES.stream().noneMatch(name::endsWith)) {
        throw new UsageException("--show-batch " + picture + ": expected a .png or .jpg file");
      }
      OutputOption.check("--show-batch", picture);
    } else if (out == null) {
      throw new UsageException(
          "Missing required option: '--out=DIR', the output directory of the run");
    } else if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new UsageException("--out " + out + " is a file; specify a directory");
    }
  }

  private static void requireFolder(String option, Path folder) {
    if (folder != null && !Files.isDirectory(folder)) {
      throw new UsageException(option + " " + folder + " is not a directory");
    }
  }

  private static void requireExisting(String option, Path path) {
    if (path != null && !Files.exists(path)) {
      throw new UsageException(option + " " + path + " does not exist");
    }
  }

  private static void requireExisting(Path weights) throws NoSuchFileException {
    if (!Files.exists(weights)) {
      throw new NoSuchFileException(weights.toString());
    }
  }

  private TrainingData data(boolean folders) {
    if (data != null && folders) {
      throw new UsageException(
          "--data does not support classifiers: specify --images, with one directory per class,"
              + " and --val-images");
    }
    if (data != null) {
      return new TrainingData(data, data);
    }
    if (annotations == null && !folders) {
      throw new UsageException(
          "Missing required option: '--annotations=FILE_OR_DIR', which every model except"
              + " classifiers needs");
    }
    return new TrainingData(images, annotations == null ? images : annotations);
  }

  private Optional<TrainingData> validation(boolean folders) {
    if (data != null) {
      return Optional.of(new TrainingData(data, data));
    }
    if (valAnnotations != null) {
      Path from = valImages == null ? images : valImages;
      return Optional.of(new TrainingData(from, valAnnotations));
    }
    if (valImages != null && !folders) {
      throw new UsageException(
          "--val-images needs --val-annotations, the annotations of these images");
    }
    return Optional.ofNullable(valImages).map(from -> new TrainingData(from, from));
  }

  /**
   * Returns the trainer, a separate artifact. Throws an exception that names the artifact if it is
   * missing.
   */
  private static Trainer trainer() throws IOException {
    try {
      return Dovetail.trainer();
    } catch (IllegalStateException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private int draw(Trainer trainer, TrainingOptions.Builder options) throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    try (TrainingConsole console = TrainingConsole.of(err)) {
      ImageWriter.write(picture, trainer.drawBatch(options.listener(console).build()));
    }
    print(List.of(picture + ": the first batch"));
    return Main.OK;
  }

  private int train(Trainer trainer, TrainingOptions.Builder options) throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    try (TrainingConsole console = TrainingConsole.of(err);
        StopRequest stop = StopRequest.handle(console::stop)) {
      try {
        TrainingReport report = trainer.train(options.listener(console).build());
        console.close();
        print(summary(report, console.iterations()));
        return report.finished() ? Main.OK : stop.isMade() ? stop.exitCode() : Main.FAILED;
      } catch (InterruptedIOException e) {
        if (!stop.isMade()) {
          throw e;
        }
        console.say("the evaluation was stopped; the state was saved before it. " + CONTINUE);
        return stop.exitCode();
      }
    }
  }

  private List<String> summary(TrainingReport report, long iterations) {
    List<String> lines = new ArrayList<>();
    if (report.finished()) {
      lines.add(out + ": trained for " + report.iterations() + " iterations");
    } else {
      lines.add(out + ": stopped after " + report.iterations() + " of " + iterations);
      lines.add(CONTINUE);
    }
    report
        .best()
        .ifPresent(
            best -> {
              String numbers = String.join(", ", TrainingConsole.main(best.metrics()));
              lines.add(line("best", best.checkpoint()));
              lines.add(line("", "after " + best.iteration() + " iterations: " + numbers));
            });
    lines.add(line("last", report.last()));
    lines.add(line("report", report.page()));
    lines.add(line("log", out.resolve("log.jsonl")));
    Path weights = report.best().map(TrainingReport.Best::checkpoint).orElse(report.last());
    lines.add("Run the model:");
    lines.add("  dovetail predict " + out.resolve("config.json") + " \\");
    lines.add("    --weights " + weights + " photo.jpg --out found");
    return lines;
  }

  private static String line(String what, Object value) {
    return "  " + (what + " ".repeat(8)).substring(0, 8) + value;
  }

  private void print(List<String> lines) {
    PrintWriter printed = spec.commandLine().getOut();
    lines.forEach(printed::println);
    printed.flush();
  }
}
